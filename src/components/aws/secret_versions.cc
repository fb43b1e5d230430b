#include "components/aws/secret_versions.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "omni/json.h"
#include "omni/support/encoding.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

using Done = Completion<absl::StatusOr<SecretVersionsPtr>>;

std::string RequestBody(const std::string& name, std::string_view stage) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  json.Key("SecretId");
  json.String(name);
  json.Key("VersionStage");
  json.String(stage);
  json.EndObject();
  return body;
}

absl::StatusOr<Secret> ValueIn(const absl::StatusOr<std::string>& answer) {
  if (!answer.ok()) {
    if (absl::IsNotFound(answer.status())) return absl::NotFoundError("no such secret");
    return absl::UnavailableError("a secret cannot be fetched: " +
                                  std::string(answer.status().message()));
  }
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(*answer));
  const JsonValue text = document.root()["SecretString"];
  if (text.is_string()) return Secret(text.text());
  const auto bytes = Base64Decode(document.root()["SecretBinary"].text());
  if (!bytes) return absl::UnavailableError("Secrets Manager answered with nonsense");
  return Secret(*bytes);
}

void Fetch(const std::shared_ptr<AwsClient>& client, const std::string& name,
           std::string_view stage, absl::Time deadline, Completion<absl::StatusOr<Secret>> done) {
  client->Call(
      {.operation = "GetSecretValue", .body = RequestBody(name, stage), .deadline = deadline},
      [done = std::move(done)](const absl::StatusOr<std::string>& answer) mutable {
        std::move(done)(ValueIn(answer));
      });
}

/// The string under a key of a JSON object.
std::optional<Secret> Part(const Secret& version, std::string_view key) {
  if (key.empty()) return version.Clone();
  const auto document = JsonDocument::Parse(version.Reveal());
  if (!document.ok() || !document->root()[key].is_string()) return std::nullopt;
  return Secret(document->root()[key].text());
}

bool HoldsTheSame(const KeyRing& ring, const std::vector<Secret>& parts) {
  return ring.size() == parts.size() &&
         std::equal(parts.begin(), parts.end(), ring.keys().begin(),
                    [](const Secret& part, const auto& key) {
                      return ConstantTimeEquals(part.Reveal(), key->secret().Reveal());
                    });
}

}  // namespace

void FetchSecretVersions(const std::shared_ptr<AwsClient>& client, const std::string& name,
                         absl::Time deadline, Done done) {
  Fetch(client, name, "AWSCURRENT", deadline,
        [client, name, deadline, done = std::move(done)](absl::StatusOr<Secret> current) mutable {
          if (!current.ok()) return std::move(done)(std::move(current).status());
          auto versions = std::make_shared<SecretVersions>();
          versions->push_back(*std::move(current));
          Fetch(client, name, "AWSPREVIOUS", deadline,
                [versions, done = std::move(done)](absl::StatusOr<Secret> previous) mutable {
                  if (previous.ok()) {
                    versions->push_back(*std::move(previous));
                  } else if (!absl::IsNotFound(previous.status())) {
                    return std::move(done)(std::move(previous).status());
                  }
                  std::move(done)(SecretVersionsPtr(std::move(versions)));
                });
        });
}

absl::StatusOr<KeyRing> RingOf(const SecretVersions& versions, std::string_view key,
                               std::string_view name, const KeyRing& before) {
  std::vector<Secret> parts;
  for (const Secret& version : versions) {
    std::optional<Secret> part = Part(version, key);
    const bool is_known =
        part && !parts.empty() && ConstantTimeEquals(part->Reveal(), parts.front().Reveal());
    if (part && !is_known) parts.push_back(*std::move(part));
  }
  if (parts.empty()) return absl::NotFoundError("the secret has nothing under that key");
  if (HoldsTheSame(before, parts)) return before;
  KeyRing::Keys keys;
  for (Secret& part : parts) {
    std::string id = std::string(name) + "[" + std::to_string(keys.size()) + "]";
    keys.push_back(std::make_shared<const Key>(std::move(id), std::move(part)));
  }
  return KeyRing(std::move(keys));
}

}  // namespace internal
}  // namespace omni::inline v0_1

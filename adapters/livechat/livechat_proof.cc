#include "livechat_proof.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "livechat_account.h"
#include "livechat_call.h"
#include "livechat_errors.h"
#include "livechat_private.h"
#include "livechat_webhook.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/support/basic_auth.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace {

constexpr std::string_view kSecretHeader = "X-Webhook-Secret";

/// What a presented secret is compared with, so that not even its length shows.
///
/// Thread safety: immutable.
class SecretHash {
 public:
  explicit SecretHash(std::string_view secret) : hash_(Sha256(secret)) {}
  [[nodiscard]] std::string_view view() const { return AsView(hash_); }

 private:
  Sha256Digest hash_;
};

/// One request and what it presents. Thread safety: confined.
class Trial {
 public:
  Trial(const ChannelAdapter::VerifyParams& params, const Options& options,
        const Identifier& identifier)
      : params_(params), options_(options), identifier_(identifier) {}

  [[nodiscard]] absl::StatusOr<VerifyResult> TryClient();
  [[nodiscard]] absl::StatusOr<VerifyResult> TryWebhook(JsonValue root);
  [[nodiscard]] absl::StatusOr<VerifyResult> TryAnything(JsonValue root);

 private:
  /// Remembers the key of that purpose whose secret `presented` is.
  bool Match(std::string_view purpose, std::string_view where, std::string_view presented);
  /// As Match, of the webhook secret in a header.
  bool MatchSecretHeaders();
  [[nodiscard]] std::string_view Header(std::string_view name) const {
    return params_.request.headers.Find(name).value_or(std::string_view());
  }
  [[nodiscard]] std::string_view Bearer() const {
    return ParseBearer(Header("Authorization")).value_or(std::string_view());
  }
  [[nodiscard]] VerifyResult Accept() const {
    return {.coverage = {.body = true}, .key_id = key_->id()};
  }
  [[nodiscard]] absl::Status Refuse() const {
    return UnauthorizedError(presented_ ? "secret_mismatch" : "secret_missing");
  }
  void Explain(std::string_view step, bool passed, std::string detail) const {
    if (params_.explanation != nullptr) params_.explanation->Add(step, passed, std::move(detail));
  }

  const ChannelAdapter::VerifyParams& params_;
  const Options& options_;
  const Identifier& identifier_;
  const Key* key_ = nullptr;
  bool presented_ = false;
};

bool Trial::Match(std::string_view purpose, std::string_view where, std::string_view presented) {
  if (presented.empty()) return false;
  presented_ = true;
  const SecretHash hash(presented);
  for (const auto& key : params_.keys.Ring(purpose).keys()) {
    const bool match = !key->secret().empty() &&
                       ConstantTimeEquals(hash.view(), key->Prepared<SecretHash>().view());
    Explain(where, match, key->id());
    if (match && key_ == nullptr) key_ = key.get();
  }
  return key_ != nullptr;
}

bool Trial::MatchSecretHeaders() {
  return Match(kWebhookSecret, "Authorization", Bearer()) ||
         Match(kWebhookSecret, kSecretHeader, Header(kSecretHeader));
}

absl::StatusOr<VerifyResult> Trial::TryClient() {
  // A channel without tokens has one secret for everybody.
  const bool match = params_.keys.Ring(kApiToken).empty()
                         ? MatchSecretHeaders()
                         : Match(kApiToken, "Authorization", Bearer());
  if (!match) return Refuse();
  VerifyResult result = Accept();
  result.from_carrier = false;
  return result;
}

absl::StatusOr<VerifyResult> Trial::TryWebhook(JsonValue root) {
  const std::string_view name = kSecretMembers[0];
  if (!Match(kWebhookSecret, name, root[name].text())) return Refuse();
  const std::vector<std::string>& ids = options_.webhook_ids;
  const std::string_view id = root["webhook_id"].scalar();
  const bool expected = ids.empty() || std::find(ids.begin(), ids.end(), id) != ids.end();
  Explain("webhook_id", expected, ids.empty() ? "the channel lists none" : "listed or not");
  if (!expected) return UnauthorizedError("webhook_unknown");
  const std::string organization = OrganizationOf(root);
  const bool named = !organization.empty() || options_.organizations.empty();
  Explain("organization", named, organization.empty() ? "missing" : "present");
  if (!named) return UnauthorizedError("organization_missing");
  const bool agrees = !NamesAnother(options_, identifier_, organization);
  Explain("identifier", agrees, "the organization against the identifier's");
  if (!agrees) return UnauthorizedError("organization_mismatch");
  return Accept();
}

absl::StatusOr<VerifyResult> Trial::TryAnything(JsonValue root) {
  if (Match(kApiToken, "Authorization", Bearer())) return Accept();
  if (MatchSecretHeaders()) return Accept();
  for (std::string_view name : kSecretMembers) {
    if (Match(kWebhookSecret, name, root[name].text())) return Accept();
  }
  return Refuse();
}

}  // namespace

absl::StatusOr<std::unique_ptr<const ReadBody>> Read(std::string_view body) {
  OMNI_ASSIGN_OR_RETURN(JsonDocument document, JsonDocument::Parse(body));
  auto read = std::make_unique<const ReadBody>(std::move(document));
  if (!read->root().is_object()) return InvalidPayloadError("the body is not a JSON object", "");
  return read;
}

absl::StatusOr<VerifyResult> VerifyCall(const ChannelAdapter::VerifyParams& params,
                                        const Options& options, const Identifier& identifier) {
  Trial trial(params, options, identifier);
  const Call call = CallOf(params.mount, params.request.target);
  if (call == Call::kFetchMessages || call == Call::kUploadMedia) return trial.TryClient();
  OMNI_ASSIGN_OR_RETURN(auto body, Read(params.request.body));
  const bool webhook = call == Call::kReceive && IsWebhook(body->root());
  auto result = webhook ? trial.TryWebhook(body->root()) : trial.TryAnything(body->root());
  if (result.ok()) result->reading = std::move(body);
  return result;
}

}  // namespace livechat
}  // namespace omni::inline v0_1

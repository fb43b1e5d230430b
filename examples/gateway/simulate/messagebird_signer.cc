#include "simulate/messagebird_signer.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "omni/json.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace host {
namespace {

constexpr std::string_view kStandardPrefix = "whsec_";
constexpr std::int64_t kTokenSeconds = 60;

// A ring may hold keys of both kinds.
absl::StatusOr<std::string> FindKey(const Carrier::SignParams& params, bool standard) {
  const auto newest = NewestKey(params.channel, params.values, "signingKey");
  if (!newest.ok()) return newest.status();
  for (const auto& key : params.channel.AllKeys("signingKey")) {
    const std::string_view secret = key->secret().Reveal();
    if (secret.starts_with(kStandardPrefix) == standard) return std::string(secret);
  }
  if (!standard) return std::string(*newest);
  return absl::FailedPreconditionError("the channel " + params.channel.id +
                                       " has no signingKey that begins with whsec_");
}

std::string HashText(std::string_view text) {
  return omni::HexEncode(omni::AsView(omni::Sha256(text)));
}

std::string Token(const Carrier::SignParams& params, const omni::WebhookRequest& request,
                  std::string_view key) {
  const std::int64_t now = absl::ToUnixSeconds(params.now);
  std::string claims;
  omni::JsonWriter writer(claims);
  writer.BeginObject();
  writer.Key("iss");
  writer.String("MessageBird");
  writer.Key("nbf");
  writer.Int(now);
  writer.Key("exp");
  writer.Int(now + kTokenSeconds);
  writer.Key("jti");
  writer.String(params.random.Uuid());
  writer.Key("url_hash");
  writer.String(HashText(request.external_url));
  if (!request.body.empty()) {
    writer.Key("payload_hash");
    writer.String(HashText(request.body));
  }
  writer.EndObject();
  const std::string text =
      omni::Base64UrlEncode(R"({"alg":"HS256","typ":"JWT"})") + "." + omni::Base64UrlEncode(claims);
  return text + "." + omni::Base64UrlEncode(omni::AsView(omni::HmacSha256Key(key).Sign(text)));
}

void AddTimestamped(const Carrier::SignParams& params, std::string_view key,
                    omni::WebhookRequest& request) {
  const std::string timestamp = std::to_string(absl::ToUnixSeconds(params.now));
  const std::string_view middle = params.proof == Proof::kUrl
                                      ? std::string_view(request.external_url)
                                      : omni::TargetQuery(request.target);
  const omni::Sha256Digest hash = omni::Sha256(request.body);
  const omni::Sha256Digest mac =
      omni::HmacSha256Key(key).Sign({timestamp, "\n", middle, "\n", omni::AsView(hash)});
  request.headers.Add("MessageBird-Request-Timestamp", timestamp);
  request.headers.Add("MessageBird-Signature", omni::Base64Encode(omni::AsView(mac)));
}

absl::Status AddStandard(const Carrier::SignParams& params, std::string_view key,
                         omni::WebhookRequest& request) {
  const auto decoded = omni::Base64Decode(key.substr(kStandardPrefix.size()));
  if (!decoded.has_value()) {
    return absl::FailedPreconditionError("what follows whsec_ in the signingKey is not base64");
  }
  const std::string id = "msg_" + params.random.Hex(24);
  const std::string timestamp = std::to_string(absl::ToUnixSeconds(params.now));
  const omni::Sha256Digest mac =
      omni::HmacSha256Key(*decoded).Sign({id, ".", timestamp, ".", request.body});
  request.headers.Add("webhook-id", id);
  request.headers.Add("webhook-timestamp", timestamp);
  request.headers.Add("webhook-signature", "v1," + omni::Base64Encode(omni::AsView(mac)));
  return absl::OkStatus();
}

}  // namespace

absl::Status SignAsMessageBird(const Carrier::SignParams& params, omni::WebhookRequest& request) {
  const auto key = FindKey(params, params.proof == Proof::kNewest);
  if (!key.ok()) {
    // An address may be all that proves a request.
    const bool has_key = !params.channel.AllKeys("signingKey").empty();
    return has_key || params.channel.allow_from.empty() ? key.status() : absl::OkStatus();
  }
  switch (params.proof) {
    case Proof::kNewest:
      return AddStandard(params, *key, request);
    case Proof::kOlder:
    case Proof::kUrl:
      AddTimestamped(params, *key, request);
      return absl::OkStatus();
    default:
      request.headers.Add("MessageBird-Signature-JWT", Token(params, request, *key));
      return absl::OkStatus();
  }
}

}  // namespace host

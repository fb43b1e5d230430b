#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "messagebird_headers.h"
#include "messagebird_proof.h"
#include "messagebird_signature.h"
#include "messagebird_url.h"
#include "omni/error.h"
#include "omni/http.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

constexpr std::string_view kBodySignaturePrefix = "sha256=";
constexpr std::string_view kWhiteSpace = " \t\r\n";

constexpr std::string_view kStandardSecretPrefix = "whsec_";
constexpr std::string_view kStandardVersion = "v1,";
constexpr int kMaxStandardSignatures = 16;

constexpr std::size_t kBase64Digest = 44;

absl::Status MismatchError() {
  return InvalidSignatureError("the signature does not match", "signature_mismatch");
}
absl::Status MalformedError() {
  return InvalidSignatureError("the signature is malformed", "signature_malformed");
}

// What stands between the timestamp and the hash of the body in a text that may have been signed,
// and what follows if it was.
struct Candidate {
  std::string_view kind;
  std::string middle;
  Coverage coverage;
  absl::Duration max_age;
};

std::vector<Candidate> MakeCandidates(const ChannelAdapter::VerifyParams& params,
                                      const Options& options) {
  std::vector<Candidate> candidates;
  // As SignedRequest::query gives it out.
  const std::string_view url =
      params.external_url.empty() ? std::string_view(params.request.target) : params.external_url;
  for (std::string& query : SignedQueries(TargetQuery(url.substr(0, url.find('#'))))) {
    candidates.push_back(
        {"query", std::move(query), {.body = true, .query = true}, options.max_age});
  }
  const SignedUrls urls(params.external_url);
  for (std::string_view signed_url : urls.urls()) {
    candidates.push_back(
        {"URL", std::string(signed_url), {.body = true, .url = true}, options.redelivery_age});
  }
  return candidates;
}

const Key* FindKey(const KeyRing& ring, const Timestamp& timestamp, std::string_view middle,
                   std::string_view body_hash, std::string_view signature) {
  for (const std::shared_ptr<const Key>& key : ring.keys()) {
    const Sha256Digest mac =
        key->Prepared<HmacSha256Key>().Sign({timestamp.text, "\n", middle, "\n", body_hash});
    if (ConstantTimeEquals(Base64Encode(AsView(mac)), signature)) return key.get();
  }
  return nullptr;
}

// The HMAC key that a `whsec_` secret holds; none in any other secret.
class StandardKey {
 public:
  explicit StandardKey(std::string_view secret) {
    if (!secret.starts_with(kStandardSecretPrefix)) return;
    const auto decoded = Base64Decode(secret.substr(kStandardSecretPrefix.size()));
    if (decoded.has_value() && !decoded->empty()) key_.emplace(*decoded);
  }
  [[nodiscard]] const std::optional<HmacSha256Key>& key() const { return key_; }

 private:
  std::optional<HmacSha256Key> key_;
};

// Whether one of the entries `v1,<base64>`, which spaces separate, is `expected`.
bool HoldsSignature(std::string_view entries, std::string_view expected) {
  bool found = false;
  for (int i = 0; i < kMaxStandardSignatures && !entries.empty(); ++i) {
    const std::string_view entry = entries.substr(0, entries.find(' '));
    found = found || (entry.starts_with(kStandardVersion) &&
                      ConstantTimeEquals(entry.substr(kStandardVersion.size()), expected));
    entries.remove_prefix(std::min(entry.size() + 1, entries.size()));
  }
  return found;
}

}  // namespace

bool IsBodySignature(std::string_view signature) {
  return signature.starts_with(kBodySignaturePrefix);
}

absl::StatusOr<VerifyResult> VerifyTimestamped(const ChannelAdapter::VerifyParams& params,
                                               const Options& options) {
  OMNI_ASSIGN_OR_RETURN(const std::string_view signature, OnlyHeader(params, kSignatureHeader));
  if (signature.size() != kBase64Digest) return MalformedError();
  OMNI_ASSIGN_OR_RETURN(const Timestamp timestamp, ReadTimestamp(params, kTimestampHeader));
  const Sha256Digest body_hash = Sha256(params.request.body);
  for (const Candidate& candidate : MakeCandidates(params, options)) {
    const Key* const key = FindKey(params.keys.Ring(kSigningKey), timestamp, candidate.middle,
                                   AsView(body_hash), signature);
    if (params.explanation != nullptr) {
      params.explanation->Add("signed text", key != nullptr,
                              std::string(candidate.kind) + " of " +
                                  std::to_string(candidate.middle.size()) + " bytes, with " +
                                  (key != nullptr ? key->id() : "any key"));
    }
    if (key == nullptr) continue;
    OMNI_RETURN_IF_ERROR(
        CheckWindow(params, timestamp, {.past = candidate.max_age, .future = options.max_age}));
    return VerifyResult{.coverage = candidate.coverage, .key_id = key->id()};
  }
  return MismatchError();
}

absl::StatusOr<VerifyResult> VerifyBodySignature(const ChannelAdapter::VerifyParams& params,
                                                 const Options& options) {
  OMNI_ASSIGN_OR_RETURN(const std::string_view signature, OnlyHeader(params, kSignatureHeader));
  const auto digest = HexDecode(signature.substr(kBodySignaturePrefix.size()));
  if (!options.accept_body_signature || !digest.has_value()) return MalformedError();
  const std::string_view body = params.request.body;
  for (const std::shared_ptr<const Key>& key : params.keys.Ring(kSigningKey).keys()) {
    const bool match =
        ConstantTimeEquals(*digest, AsView(key->Prepared<HmacSha256Key>().Sign(body)));
    Explain(params, "key", match, key->id());
    if (!match) continue;
    // The text that another scheme signs with the same key, presented as a body, must not pass:
    // none of them begins like a JSON object.
    const std::size_t start = body.find_first_not_of(kWhiteSpace);
    if (start == body.npos || body[start] != '{') {
      return MakeError(
          absl::StatusCode::kUnauthenticated, "this signature is for JSON objects only",
          {.reason = "body_not_covered", .code = "INVALID_PAYLOAD", .http_status = 400});
    }
    return VerifyResult{.coverage = {.body = true}, .key_id = key->id()};
  }
  return MismatchError();
}

absl::StatusOr<VerifyResult> VerifyStandardWebhook(const ChannelAdapter::VerifyParams& params,
                                                   const Options& options) {
  OMNI_ASSIGN_OR_RETURN(const std::string_view entries,
                        OnlyHeader(params, kWebhookSignatureHeader));
  OMNI_ASSIGN_OR_RETURN(const std::string_view id, OnlyHeader(params, kWebhookIdHeader));
  OMNI_ASSIGN_OR_RETURN(const Timestamp timestamp, ReadTimestamp(params, kWebhookTimestampHeader));
  if (id.empty()) return MalformedError();
  for (const std::shared_ptr<const Key>& key : params.keys.Ring(kSigningKey).keys()) {
    const std::optional<HmacSha256Key>& standard = key->Prepared<StandardKey>().key();
    const bool match =
        standard.has_value() &&
        HoldsSignature(entries, Base64Encode(AsView(standard->Sign(
                                    {id, ".", timestamp.text, ".", params.request.body}))));
    Explain(params, "key", match, key->id());
    if (!match) continue;
    OMNI_RETURN_IF_ERROR(
        CheckWindow(params, timestamp, {.past = options.max_age, .future = options.max_age}));
    return VerifyResult{.coverage = {.body = true}, .key_id = key->id()};
  }
  return MismatchError();
}

}  // namespace messagebird
}  // namespace omni::inline v0_1

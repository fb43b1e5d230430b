#include "bandwidth_proof.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "omni/error.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "support/basic_pair.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace {

// What subscriptions (toll-free verification) sign with, and what the contract calls it. Messaging
// callbacks bring neither.
constexpr std::string_view kSignatureHeaders[] = {"X-Bandwidth-Signature-Hmac-Sha256",
                                                  "X-Bandwidth-Signature"};
constexpr std::string_view kSignaturePrefix = "sha256=";

// A credential of HTTP, and an address behind TLS, vouch for all that came over the connection.
constexpr Coverage kWholeRequest = {.body = true, .url = true};
constexpr Coverage kBodyOnly = {.body = true};

using HexDigest = std::array<char, 64>;

// The digits in lower case; nothing when they are not 64 hexadecimal ones.
std::optional<HexDigest> ParseDigest(std::string_view text) {
  if (text.starts_with(kSignaturePrefix)) text.remove_prefix(kSignaturePrefix.size());
  HexDigest digest;
  if (text.size() != digest.size()) return std::nullopt;
  std::transform(text.begin(), text.end(), digest.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const bool hex = std::all_of(digest.begin(), digest.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  return hex ? std::optional(digest) : std::nullopt;
}

/// One request and what it is measured by. Thread safety: confined.
class Trial {
 public:
  Trial(const ChannelAdapter::VerifyParams& params, const Options& options)
      : params_(params),
        options_(options),
        authorization_(params.request.headers.Find("Authorization")) {}

  [[nodiscard]] absl::StatusOr<VerifyResult> Run();

 private:
  [[nodiscard]] bool HasPasswords() const {
    return !params_.keys.Ring(kPassword).empty() || !params_.keys.Ring(kOutboundPassword).empty();
  }
  [[nodiscard]] const Key* FindPassword();
  [[nodiscard]] const Key* MatchPassword(std::string_view username, std::string_view purpose,
                                         const internal::BasicPair& credentials);
  [[nodiscard]] const Key* FindSignature();
  [[nodiscard]] const Key* MatchSignature(std::string_view header, std::string_view value);
  [[nodiscard]] absl::Status Refusal() const;

  void Explain(std::string_view step, bool passed, std::string_view detail) const {
    if (params_.explanation != nullptr) params_.explanation->Add(step, passed, std::string(detail));
  }

  const ChannelAdapter::VerifyParams& params_;
  const Options& options_;
  const std::optional<std::string_view> authorization_;
  bool signature_seen_ = false;
};

absl::StatusOr<VerifyResult> Trial::Run() {
  if (const Key* key = FindPassword(); key != nullptr) {
    return VerifyResult{.coverage = kWholeRequest, .key_id = key->id()};
  }
  Explain("address", params_.origin_allowed, "on allowFrom");
  if (params_.origin_allowed) {
    return VerifyResult{.coverage = kWholeRequest, .key_id = "allowFrom"};
  }
  if (const Key* key = FindSignature(); key != nullptr) {
    return VerifyResult{.coverage = kBodyOnly, .key_id = key->id()};
  }
  return Refusal();
}

const Key* Trial::FindPassword() {
  if (!authorization_) {
    Explain("Authorization", false, "missing");
    return nullptr;
  }
  const internal::BasicPair credentials(*authorization_);
  Explain("Authorization", static_cast<bool>(credentials), "HTTP Basic");
  if (!credentials) return nullptr;
  const Key* const key = MatchPassword(options_.username, kPassword, credentials);
  if (key != nullptr) return key;
  return MatchPassword(
      options_.outbound_username.empty() ? options_.username : options_.outbound_username,
      kOutboundPassword, credentials);
}

const Key* Trial::MatchPassword(std::string_view username, std::string_view purpose,
                                const internal::BasicPair& credentials) {
  // A password without a user is half a credential.
  if (username.empty()) return nullptr;
  const bool same_user = ConstantTimeEquals(credentials.username(), username);
  for (const auto& key : params_.keys.Ring(purpose).keys()) {
    const bool same_password = ConstantTimeEquals(credentials.password(), key->secret().Reveal());
    // Not `&&`: how long it takes must not tell which of the two was right.
    const bool match = (static_cast<int>(same_user) & static_cast<int>(same_password)) != 0;
    Explain("key", match, key->id());
    if (match) return key.get();
  }
  return nullptr;
}

const Key* Trial::FindSignature() {
  if (params_.keys.Ring(kSignatureKey).empty()) return nullptr;
  for (std::string_view header : kSignatureHeaders) {
    const auto value = params_.request.headers.Find(header);
    if (!value) continue;
    signature_seen_ = true;
    if (const Key* key = MatchSignature(header, *value); key != nullptr) return key;
  }
  return nullptr;
}

const Key* Trial::MatchSignature(std::string_view header, std::string_view value) {
  const auto presented = ParseDigest(value);
  Explain("header", presented.has_value(),
          std::string(header) + " of " + std::to_string(value.size()) + " characters");
  if (!presented) return nullptr;
  for (const auto& key : params_.keys.Ring(kSignatureKey).keys()) {
    const Sha256Digest digest = key->Prepared<HmacSha256Key>().Sign(params_.request.body);
    const bool match = ConstantTimeEquals(AsView(HexEncode(digest)), AsView(*presented));
    Explain("key", match, key->id());
    if (match) return key.get();
  }
  return nullptr;
}

absl::Status Trial::Refusal() const {
  if (HasPasswords() && authorization_) {
    return MakeError(absl::StatusCode::kUnauthenticated, "the credentials are wrong",
                     {.reason = "credentials_mismatch"});
  }
  if (signature_seen_) {
    return InvalidSignatureError("the signature does not match the body", "signature_mismatch");
  }
  if (HasPasswords()) return CredentialsMissingError();
  if (!params_.keys.Ring(kSignatureKey).empty()) {
    return InvalidSignatureError("the signature is missing", "signature_missing");
  }
  return MakeError(absl::StatusCode::kPermissionDenied,
                   "requests from this address are not allowed", {.reason = "origin_not_allowed"});
}

}  // namespace

absl::StatusOr<VerifyResult> VerifyRequest(const ChannelAdapter::VerifyParams& params,
                                           const Options& options) {
  return Trial(params, options).Run();
}

absl::Status CredentialsMissingError() {
  return MakeError(absl::StatusCode::kUnauthenticated, "credentials are required",
                   {.reason = "credentials_missing"});
}

}  // namespace bandwidth
}  // namespace omni::inline v0_1

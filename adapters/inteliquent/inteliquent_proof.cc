#include "inteliquent_proof.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "omni/error.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace {

constexpr std::string_view kIdHeader = "messageID";
constexpr std::string_view kTokenHeader = "verificationToken";
constexpr std::string_view kBearer = "bearer";

// A bearer credential is the caller's and vouches for all that came over the same connection, body
// and URL alike.
constexpr Coverage kWholeRequest = {.body = true, .url = true};

// Who repeats a token within this time has overheard it. It never expires by itself.
constexpr absl::Duration kRememberId = absl::Hours(24);

constexpr std::size_t kMinIdLength = 8;
constexpr std::size_t kMaxIdLength = 64;

using HexDigest = std::array<char, 64>;

char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsIdCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
}

// Nothing else is let near the hash: SHA-256 of key and id can be extended by who knows one digest,
// but not without bytes that are none of these.
bool IsId(std::string_view id) {
  return id.size() >= kMinIdLength && id.size() <= kMaxIdLength &&
         std::all_of(id.begin(), id.end(), IsIdCharacter);
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

// What follows `Bearer`, or all of it.
std::string_view CredentialOf(std::string_view authorization) {
  authorization = Trim(authorization);
  const std::string_view scheme = authorization.substr(0, authorization.find_first_of(" \t"));
  if (!EqualsIgnoreCase(scheme, kBearer)) return authorization;
  return Trim(authorization.substr(scheme.size()));
}

// In lower case; nothing when they are not 64 hexadecimal digits.
std::optional<HexDigest> ParseDigest(std::string_view text) {
  HexDigest digest;
  if (text.size() != digest.size()) return std::nullopt;
  std::transform(text.begin(), text.end(), digest.begin(), ToLower);
  const bool hex = std::all_of(digest.begin(), digest.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  return hex ? std::optional(digest) : std::nullopt;
}

Sha256Digest HashOf(const Key& key, std::string_view id) {
  const std::string_view secret = key.secret().Reveal();
  std::string text;
  text.reserve(secret.size() + id.size());
  text.append(secret).append(id);
  const Sha256Digest digest = Sha256(text);
  // Through a volatile pointer, so that it is not optimized away.
  volatile char* const bytes = text.data();
  for (std::size_t i = 0; i < text.size(); ++i) bytes[i] = 0;
  return digest;
}

Sha256Digest HmacOf(const Key& key, std::string_view id) {
  return key.Prepared<HmacSha256Key>().Sign(id);
}

struct Construction {
  VerificationScheme scheme;
  std::string_view name;
  Sha256Digest (*digest)(const Key& key, std::string_view id);
};
constexpr Construction kConstructions[] = {
    {VerificationScheme::kSha256Concat, "sha256Concat", HashOf},
    {VerificationScheme::kHmacSha256, "hmacSha256", HmacOf},
};

/// One request and what it is measured by. Thread safety: confined.
class Trial {
 public:
  Trial(const ChannelAdapter::VerifyParams& params, VerificationScheme scheme)
      : params_(params), scheme_(scheme) {}

  [[nodiscard]] absl::StatusOr<VerifyResult> Run();

 private:
  [[nodiscard]] const Key* FindToken();
  [[nodiscard]] std::optional<VerifyResult> TryVerificationToken();
  [[nodiscard]] std::optional<std::string> MatchDigest(std::string_view id,
                                                       const HexDigest& presented);
  [[nodiscard]] absl::Status Refusal() const;

  void Explain(std::string_view step, bool passed, std::string detail) const {
    if (params_.explanation != nullptr) params_.explanation->Add(step, passed, std::move(detail));
  }

  const ChannelAdapter::VerifyParams& params_;
  const VerificationScheme scheme_;
  bool presented_ = false;  ///< a proof of a configured kind is there
};

absl::StatusOr<VerifyResult> Trial::Run() {
  if (const Key* key = FindToken(); key != nullptr) {
    return VerifyResult{.coverage = kWholeRequest, .key_id = key->id()};
  }
  if (auto result = TryVerificationToken()) return *std::move(result);
  return Refusal();
}

const Key* Trial::FindToken() {
  const KeyRing& ring = params_.keys.Ring(kToken);
  if (ring.empty()) return nullptr;
  const std::string_view credential =
      CredentialOf(params_.request.headers.Find("Authorization").value_or(""));
  Explain("Authorization", !credential.empty(), credential.empty() ? "missing" : "present");
  if (credential.empty()) return nullptr;
  presented_ = true;
  for (const auto& key : ring.keys()) {
    const bool match = ConstantTimeEquals(credential, key->secret().Reveal());
    Explain("key", match, key->id());
    if (match) return key.get();
  }
  return nullptr;
}

std::optional<VerifyResult> Trial::TryVerificationToken() {
  if (params_.keys.Ring(kApiKey).empty()) return std::nullopt;
  const auto token = params_.request.headers.Find(kTokenHeader);
  Explain(kTokenHeader, token.has_value(),
          token ? std::to_string(token->size()) + " characters" : "missing");
  if (!token) return std::nullopt;
  presented_ = true;
  const std::string_view id = params_.request.headers.Find(kIdHeader).value_or("");
  Explain(kIdHeader, IsId(id), "8 to 64 of A-Z a-z 0-9 -");
  const auto presented = ParseDigest(*token);
  if (!IsId(id) || !presented) return std::nullopt;
  auto key_id = MatchDigest(id, *presented);
  if (!key_id) return std::nullopt;
  // The token covers its own nonce: neither body, nor URL, nor time.
  return VerifyResult{.coverage = {},
                      .key_id = *std::move(key_id),
                      .nonce = id,
                      .nonce_expires = params_.now + kRememberId};
}

std::optional<std::string> Trial::MatchDigest(std::string_view id, const HexDigest& presented) {
  for (const auto& key : params_.keys.Ring(kApiKey).keys()) {
    for (const Construction& construction : kConstructions) {
      if (scheme_ != VerificationScheme::kEither && scheme_ != construction.scheme) continue;
      const std::string expected = HexEncode(AsView(construction.digest(*key, id)));
      const bool match = ConstantTimeEquals(expected, AsView(presented));
      std::string name = key->id() + ":" + std::string(construction.name);
      Explain("key", match, name);
      if (match) return name;
    }
  }
  return std::nullopt;
}

absl::Status Trial::Refusal() const {
  if (presented_) {
    return MakeError(absl::StatusCode::kPermissionDenied, "the credential is wrong",
                     {.reason = "credential_mismatch"});
  }
  return MakeError(absl::StatusCode::kUnauthenticated, "a credential is required",
                   {.reason = "credential_missing"});
}

}  // namespace

absl::StatusOr<VerifyResult> VerifyRequest(const ChannelAdapter::VerifyParams& params,
                                           VerificationScheme scheme) {
  return Trial(params, scheme).Run();
}

}  // namespace inteliquent
}  // namespace omni::inline v0_1

#include "whatsapp_signature.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "omni/error.h"
#include "omni/json.h"
#include "omni/support/form.h"
#include "omni/support/signature.h"
#include "support/hex_digit.h"

namespace omni::inline v0_1 {
namespace whatsapp {
namespace {

constexpr std::string_view kHeader = "X-Hub-Signature-256";
constexpr std::string_view kPrefix = "sha256=";
constexpr std::string_view kHexDigits = "0123456789abcdef";

void Explain(const ChannelAdapter::VerifyParams& params, std::string_view step, bool passed,
             std::string_view detail) {
  if (params.explanation != nullptr) params.explanation->Add(step, passed, std::string(detail));
}

// The digest that a well-formed header spells.
std::optional<Sha256Digest> ParseHeader(std::string_view header) {
  Sha256Digest digest;
  if (!header.starts_with(kPrefix) || header.size() != kPrefix.size() + 2 * digest.size()) {
    return std::nullopt;
  }
  header.remove_prefix(kPrefix.size());
  int seen = 0;  // negative once something was no digit
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const int high = internal::HexDigit(header[2 * i]);
    const int low = internal::HexDigit(header[2 * i + 1]);
    seen |= high | low;
    digest[i] = static_cast<char>(high * 16 + low);
  }
  return seen >= 0 ? std::optional(digest) : std::nullopt;
}

// The key under which `body` has that digest; null when there is none.
const Key* FindKey(const ChannelAdapter::VerifyParams& params, std::string_view body,
                   const Sha256Digest& expected, std::string_view step) {
  for (const auto& key : params.keys.Ring("appSecret").keys()) {
    const Sha256Digest digest = key->Prepared<HmacSha256Key>().Sign(body);
    const bool match = ConstantTimeEquals(AsView(digest), AsView(expected));
    Explain(params, step, match, key->id());
    if (match) return key.get();
  }
  return nullptr;
}

void AppendUnit(std::uint32_t unit, std::string& out) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out.push_back(kHexDigits[(unit >> shift) & 0xF]);
}

void AppendEscaped(std::uint32_t code_point, std::string& out) {
  if (code_point < 0x10000) return AppendUnit(code_point, out);
  const std::uint32_t offset = code_point - 0x10000;
  AppendUnit(0xD800 + (offset >> 10), out);
  AppendUnit(0xDC00 + (offset & 0x3FF), out);
}

// The code point of more than one byte that valid UTF-8 has at `at`, which moves behind it.
std::uint32_t NextCodePoint(std::string_view text, std::size_t& at) {
  const auto byte = [&] { return static_cast<unsigned char>(text[at++]); };
  const std::uint32_t lead = byte();
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  std::uint32_t code_point = lead & (0x3FU >> more);
  for (int i = 0; i < more; ++i) code_point = (code_point << 6) | (byte() & 0x3FU);
  return code_point;
}

absl::Status TokenError(std::string_view message, std::string_view reason, Blame blame) {
  return MakeError(
      absl::StatusCode::kPermissionDenied, message,
      {.reason = std::string(reason), .code = "VERIFY_TOKEN_MISMATCH", .blame = blame});
}

}  // namespace

absl::StatusOr<VerifyResult> VerifySignature(const ChannelAdapter::VerifyParams& params,
                                             bool escaped_unicode_fallback) {
  const std::string& body = params.request.body;
  const auto header = params.request.headers.Find(kHeader);
  if (!header) {
    Explain(params, "header", false, "X-Hub-Signature-256 is missing; sha1 is not accepted");
    return InvalidSignatureError("X-Hub-Signature-256 is missing", "signature_missing");
  }
  const auto expected = ParseHeader(*header);
  Explain(params, "header", expected.has_value(), "sha256= and 64 hexadecimal digits");
  if (!expected) {
    return InvalidSignatureError("X-Hub-Signature-256 is not sha256= and 64 hexadecimal digits",
                                 "signature_malformed");
  }
  const Key* key = FindKey(params, body, *expected, "key over the body as received");
  if (key == nullptr && escaped_unicode_fallback) {
    const auto escaped = EscapeNonAscii(body);
    Explain(params, "canonical form", escaped.has_value(), "non-ASCII text escaped");
    if (escaped) key = FindKey(params, *escaped, *expected, "key over the escaped body");
  }
  if (key == nullptr) {
    return InvalidSignatureError("X-Hub-Signature-256 does not match the body",
                                 "signature_mismatch");
  }
  return VerifyResult{.coverage = {.body = true}, .key_id = key->id()};
}

absl::StatusOr<VerifyResult> VerifyHandshake(const ChannelAdapter::VerifyParams& params) {
  const KeyRing& ring = params.keys.Ring("verifyToken");
  if (ring.empty()) {
    return TokenError("this channel has no verify token", "verify_token_not_configured",
                      Blame::kHost);
  }
  const auto query = Form::Parse(TargetQuery(params.request.target));
  if (!query.ok()) return query.status();
  const bool subscribe = query->Get("hub.mode") == "subscribe";
  Explain(params, "hub.mode", subscribe, "must be subscribe");
  if (!subscribe) {
    return TokenError("hub.mode is not subscribe", "handshake_mode", Blame::kSender);
  }
  const std::string_view token = query->Get("hub.verify_token");
  for (const auto& key : ring.keys()) {
    const bool match = !token.empty() && ConstantTimeEquals(token, key->secret().Reveal());
    Explain(params, "hub.verify_token", match, key->id());
    if (match) return VerifyResult{.coverage = {}, .key_id = key->id()};
  }
  return TokenError("hub.verify_token does not match", "verify_token_mismatch", Blame::kSender);
}

std::optional<std::string> EscapeNonAscii(std::string_view text) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (std::all_of(text.begin(), text.end(), is_ascii) || !IsValidUtf8(text)) return std::nullopt;
  std::string out;
  out.reserve(text.size() * 2);
  for (std::size_t at = 0; at < text.size();) {
    if (is_ascii(text[at])) {
      out.push_back(text[at++]);
    } else {
      AppendEscaped(NextCodePoint(text, at), out);
    }
  }
  return out;
}

}  // namespace whatsapp
}  // namespace omni::inline v0_1

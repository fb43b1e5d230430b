#include "livechat_identifier.h"

#include <algorithm>
#include <cstddef>

#include "omni/support/encoding.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace {

constexpr std::size_t kMaxEncoded = 512;
constexpr std::size_t kMaxPart = 128;

bool IsAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool IsPart(std::string_view text) {
  constexpr std::string_view kPunctuation = "._@+-";
  return !text.empty() && text.size() <= kMaxPart && IsAlphanumeric(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return IsAlphanumeric(c) || kPunctuation.find(c) != kPunctuation.npos;
         });
}

std::string_view TakePart(std::string_view& rest) {
  const std::size_t end = rest.find(':');
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  return part;
}

}  // namespace

std::optional<Identifier> ParseIdentifier(std::string_view text) {
  if (std::count(text.begin(), text.end(), ':') != 2) return std::nullopt;
  const std::string_view org = TakePart(text);
  const std::string_view user = TakePart(text);
  const std::string_view livechat = text;
  if (!IsPart(org) || !IsPart(user) || !IsPart(livechat)) return std::nullopt;
  return Identifier{std::string(org), std::string(user), std::string(livechat)};
}

std::optional<Identifier> DecodeIdentifier(std::string_view segment) {
  if (segment.size() > kMaxEncoded) return std::nullopt;
  std::string text(segment);
  // Of the standard alphabet; a mixture stays one that the decoder refuses.
  if (text.find_first_of("-_") == text.npos) {
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
  }
  const auto decoded = Base64UrlDecode(text);
  return decoded ? ParseIdentifier(*decoded) : std::nullopt;
}

std::string ToText(const Identifier& identifier) {
  return identifier.org + ":" + identifier.user + ":" + identifier.livechat;
}

}  // namespace livechat
}  // namespace omni::inline v0_1

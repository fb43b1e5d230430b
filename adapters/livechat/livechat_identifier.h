/// \file
/// The `{identifier}` of a path: base64 of `orgId:userId:livechatId`.
///
/// It names and does not prove: anyone can encode three names.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace omni::inline v0_1 {
namespace livechat {

struct Identifier {
  std::string org = {};
  std::string user = {};
  std::string livechat = {};
  friend bool operator==(const Identifier&, const Identifier&) = default;
};

/// `text` is `orgId:userId:livechatId`, each part a letter or digit followed by at most 127 of
/// `A-Z a-z 0-9 . _ @ + -`.
[[nodiscard]] std::optional<Identifier> ParseIdentifier(std::string_view text);

/// `segment` is a path segment, percent-decoded. Takes either base64 alphabet, padded or not, and
/// one spelling only of each identifier in each: no stray bits, no mixture, nothing to skip.
[[nodiscard]] std::optional<Identifier> DecodeIdentifier(std::string_view segment);

/// `orgId:userId:livechatId`
[[nodiscard]] std::string ToText(const Identifier& identifier);

}  // namespace livechat
}  // namespace omni::inline v0_1

/// \file
/// The spellings of a URL that Twilio may have signed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace omni::inline v0_1 {
namespace twilio {

/// The URL without user-info and fragment, which Twilio leaves out before it signs. Lifetime: that
/// of `url`, and of `room`, which holds it where something had to be taken out of its middle.
[[nodiscard]] std::string_view SignedUrl(std::string_view url, std::string& room);

/// A URL as UrlSpelling::kWithoutPort, in two pieces: what stands before the port, and behind it.
struct UrlPieces {
  std::string_view front = {};
  std::string_view back = {};
};
/// `url` as SignedUrl gives it.
[[nodiscard]] UrlPieces WithoutPort(std::string_view url);

/// The spellings that the official SDK 6.x tries, in its order.
enum class UrlSpelling {
  kWithoutPort,
  kWithPort,  ///< the scheme's default port added where there is none
  kNormalizedWithoutPort,
  kNormalizedWithPort,
  kReencodedWithoutPort,  ///< normalized, and the query re-encoded by Node's `querystring`
  kReencodedWithPort,
};
inline constexpr UrlSpelling kUrlSpellings[] = {
    UrlSpelling::kWithoutPort,           UrlSpelling::kWithPort,
    UrlSpelling::kNormalizedWithoutPort, UrlSpelling::kNormalizedWithPort,
    UrlSpelling::kReencodedWithoutPort,  UrlSpelling::kReencodedWithPort,
};
/// For an explanation: `as given, without port`.
[[nodiscard]] std::string_view Describe(UrlSpelling spelling);
[[nodiscard]] constexpr bool IsReencoded(UrlSpelling spelling) {
  return spelling >= UrlSpelling::kReencodedWithoutPort;
}

/// Spells one URL in several ways.
///
/// Thread safety: confined. Lifetime: the URL outlives the speller.
class UrlSpeller {
 public:
  /// `url` as SignedUrl gives it.
  explicit UrlSpeller(std::string_view url) : url_(url) {}

  /// Nothing for a spelling that this URL does not have.
  [[nodiscard]] std::optional<std::string> Spell(UrlSpelling spelling);

 private:
  const std::optional<std::string>& Normalized();

  std::string_view url_;
  bool normalization_tried_ = false;
  std::optional<std::string> normalized_;
};

}  // namespace twilio
}  // namespace omni::inline v0_1

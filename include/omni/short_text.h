/// \file
/// A text that is nearly always short.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

namespace omni::inline v0_1 {

/// Owns a text, and takes no memory from the heap for one of up to kRoom bytes.
///
/// Thread safety: thread-compatible.
class ShortText {
 public:
  static constexpr std::size_t kRoom = 63;

  ShortText() = default;
  /// Implicit, so that a text may stand where one of these is asked for.
  template <class Text>
  requires(std::is_convertible_v<const Text&, std::string_view> && !std::is_same_v<Text, ShortText>)
      ShortText(const Text& text)  // NOLINT(google-explicit-constructor)
  {
    const std::string_view view = text;
    if (view.size() > kRoom) {
      long_ = view;
    } else {
      size_ = static_cast<unsigned char>(view.copy(short_.data(), kRoom));
    }
  }

  /// Lifetime: until this changes.
  [[nodiscard]] std::string_view view() const {
    return long_.empty() ? std::string_view(short_.data(), size_) : std::string_view(long_);
  }
  operator std::string_view() const { return view(); }  // NOLINT(google-explicit-constructor)
  [[nodiscard]] bool empty() const { return view().empty(); }
  template <class Text>
  requires(std::is_convertible_v<const Text&, std::string_view>) friend bool operator==(
      const ShortText& a, const Text& b) {
    return a.view() == std::string_view(b);
  }

 private:
  std::array<char, kRoom> short_ = {};
  unsigned char size_ = 0;
  std::string long_ = {};  ///< in its place, when that is not enough
};

}  // namespace omni::inline v0_1

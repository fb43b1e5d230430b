/// \file
/// The only way to simdjson: where in a text its tokens begin, and whether a text is UTF-8. Its
/// header is 30 000 lines, so that one file includes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace omni::inline v0_1 {
namespace internal {

/// Finds the tokens of a text. Making one takes memory for the largest text that it will see, so it
/// is kept and used again.
///
/// Thread safety: confined.
class JsonTokenizer {
 public:
  /// Null where there is no memory.
  [[nodiscard]] static std::unique_ptr<JsonTokenizer> Make(std::size_t capacity);
  virtual ~JsonTokenizer() = default;

  [[nodiscard]] std::size_t capacity() const { return capacity_; }

  /// The offset of each token's first byte: a bracket, a comma, a colon, a string's quote, or
  /// whatever else is not white space. Empty where the text is not UTF-8, a string does not end, or
  /// a control character stands in one; and where there is no token. The byte after a string's end
  /// is white space or the next token's first.
  ///
  /// Requires text.size() <= capacity(). Lifetime: until the next call.
  [[nodiscard]] virtual std::span<const std::uint32_t> Find(std::string_view text) = 0;

 protected:
  explicit JsonTokenizer(std::size_t capacity) : capacity_(capacity) {}

 private:
  std::size_t capacity_;
};

}  // namespace internal
}  // namespace omni::inline v0_1

/// \file
/// Appends JSON to a string through a pointer: the string is made long enough ahead, and cut when
/// the sink goes.
#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include "omni/export.h"

namespace omni::inline v0_1 {
namespace internal {

/// Thread safety: confined.
class OMNI_EXPORT TextSink {
 public:
  /// With room for `expected` bytes before it has to make more. Lifetime: `out` outlives the sink,
  /// and nobody else uses it meanwhile.
  TextSink(std::string& out, std::size_t expected) : out_(out) {
    const std::size_t size = out.size();
    out.resize(size + expected);
    SetPointers(size);
  }
  ~TextSink() { out_.resize(static_cast<std::size_t>(at_ - out_.data())); }
  TextSink(const TextSink&) = delete;
  TextSink& operator=(const TextSink&) = delete;

  void Put(char c) {
    Room(1);
    *at_++ = c;
  }
  void Put(std::string_view text) {
    if (text.empty()) return;
    Room(text.size());
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  /// `text` between quotes, escaped; what is not valid UTF-8 becomes U+FFFD.
  void PutString(std::string_view text);

  /// Makes room for `size` more bytes. They may be written there, and then taken with Advance.
  char* Room(std::size_t size) {
    if (static_cast<std::size_t>(end_ - at_) < size) Grow(size);
    return at_;
  }
  void Advance(std::size_t size) { at_ += size; }

 private:
  void Grow(std::size_t size);
  void PutEscaped(std::string_view text);
  void SetPointers(std::size_t size) {
    at_ = out_.data() + size;
    end_ = out_.data() + out_.size();
  }

  std::string& out_;
  char* at_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace internal
}  // namespace omni::inline v0_1

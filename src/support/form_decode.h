/// \file
/// Taking a form to pieces, for whoever brings the memory.
#pragma once

#include <cstddef>
#include <string_view>

#include "support/copy_until.h"
#include "support/percent.h"

namespace omni::inline v0_1 {
namespace internal {

/// Writes to `out`, which moves on, what stands decoded in [p, end) before the first of `Ends`;
/// returns where that is, or `end`. None of `Ends` may be of an escape.
template <char... Ends>
[[nodiscard]] const char* DecodeFormText(const char* p, const char* end, char*& out) {
  while (true) {
    p = CopyUntil<'%', '+', Ends...>(p, end, out);
    if (p == end) return p;
    if (*p == '%') {
      DecodeEscape(p, end, out);
    } else if (*p == '+') {
      *out++ = ' ';
      ++p;
    } else {
      return p;
    }
  }
}

/// Appends the fields of an encoded form to `fields`, their names and values as views of `out`,
/// which has room for `text.size()` bytes: decoding never makes text longer. Each value stands
/// right behind its name, and each name right behind the value before it. False as soon as there
/// are more than `max_fields`.
template <class Fields>
[[nodiscard]] bool DecodeForm(std::string_view text, std::size_t max_fields, char* out,
                              Fields& fields) {
  const auto view = [](const char* begin, const char* end) {
    return std::string_view(begin, static_cast<std::size_t>(end - begin));
  };
  const char* const end = text.data() + text.size();
  const char* p = text.data();
  while (p != end) {
    if (*p == '&') {
      ++p;
      continue;
    }
    if (fields.size() == max_fields) return false;
    const char* const name = out;
    p = DecodeFormText<'=', '&'>(p, end, out);
    const char* const value = out;
    if (p != end && *p == '=') p = DecodeFormText<'&'>(p + 1, end, out);
    fields.push_back({view(name, value), view(value, out)});
  }
  return true;
}

}  // namespace internal
}  // namespace omni::inline v0_1

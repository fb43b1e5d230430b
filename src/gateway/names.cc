#include "gateway/names.h"

#include <algorithm>

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::size_t kMaxNameLength = 128;

constexpr bool IsPlain(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

bool IsPlainName(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameLength &&
         std::all_of(text.begin(), text.end(), IsPlain);
}

}  // namespace internal
}  // namespace omni::inline v0_1

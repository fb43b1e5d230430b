#include "gateway/report.h"

#include <algorithm>
#include <string>

#include "base/request_memory.h"
#include "omni/http.h"
#include "support/mask.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::size_t kMaxPathLength = 256;

}  // namespace

std::string_view LoggablePath(std::string_view target, std::pmr::memory_resource& memory) {
  const std::string_view path = MaskDigitsIn(memory, TargetPath(target).substr(0, kMaxPathLength));
  const auto is_odd = [](char c) { return c <= ' ' || c > '~'; };
  if (std::none_of(path.begin(), path.end(), is_odd)) return path;
  std::pmr::string plain(path, &memory);
  std::replace_if(plain.begin(), plain.end(), is_odd, '?');
  return CopyTo(memory, plain);
}

}  // namespace internal
}  // namespace omni::inline v0_1

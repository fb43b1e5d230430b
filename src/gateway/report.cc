#include "gateway/report.h"

#include <algorithm>

#include "omni/http.h"
#include "omni/support/phone.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::size_t kMaxPathLength = 256;

}  // namespace

std::string LoggablePath(std::string_view target) {
  std::string path = MaskDigits(TargetPath(target).substr(0, kMaxPathLength));
  std::replace_if(
      path.begin(), path.end(), [](char c) { return c <= ' ' || c > '~'; }, '?');
  return path;
}

}  // namespace internal
}  // namespace omni::inline v0_1

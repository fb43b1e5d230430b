#include "gateway/carried.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "gateway/names.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::size_t kMaxValueLength = 512;
/// What the gateway itself says to consumers.
constexpr std::string_view kOwnPrefix = "omni-";

std::string ToLower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

bool IsFit(std::string_view value) {
  return !value.empty() && value.size() <= kMaxValueLength &&
         std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

CarriedHeaders CarriedFrom(const HttpHeaders& headers, const std::vector<std::string>& names) {
  CarriedHeaders carried;
  for (const std::string& name : names) {
    const std::optional<std::string_view> value = headers.Find(name);
    if (value && IsFit(*value)) carried.emplace_back(ToLower(name), *value);
  }
  return carried;
}

void CheckCarryHeaders(const std::vector<std::string>& names, Problems& problems) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string path = "carryHeaders[" + std::to_string(i) + "]";
    if (!IsPlainName(names[i])) AddProblem(problems, path, "expected the name of a header");
    if (ToLower(names[i]).starts_with(kOwnPrefix)) {
      AddProblem(problems, path, "headers that begin with omni- are the gateway's own");
    }
  }
}

}  // namespace internal
}  // namespace omni::inline v0_1

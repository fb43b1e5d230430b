/// \file
/// Headers of a request that go with its events into the queue.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gateway/problems.h"
#include "omni/http.h"

namespace omni::inline v0_1 {
namespace internal {

/// By their names in lower case.
using CarriedHeaders = std::vector<std::pair<std::string, std::string>>;

/// The headers of these names, the first of each, as far as they are fit to be carried.
[[nodiscard]] CarriedHeaders CarriedFrom(const HttpHeaders& headers,
                                         const std::vector<std::string>& names);

void CheckCarryHeaders(const std::vector<std::string>& names, Problems& problems);

}  // namespace internal
}  // namespace omni::inline v0_1

/// \file
/// Whether lists of addresses and of origins in a configuration are what they should be.
#pragma once

#include <string>
#include <vector>

#include "gateway/problems.h"
#include "omni/support/origin.h"

namespace omni::inline v0_1 {
namespace internal {

/// The CIDR blocks of the list at `path`. One that is wrong is left out and told with its place:
/// `trustedProxies[2]`.
[[nodiscard]] CidrSet ReadBlocks(const std::vector<std::string>& blocks, const std::string& path,
                                 Problems& problems);

/// Adds a problem for each that can never be equal to what a browser sends as `Origin`, and is not
/// `*`.
void CheckCorsOrigins(const std::vector<std::string>& origins, const std::string& path,
                      Problems& problems);

}  // namespace internal
}  // namespace omni::inline v0_1

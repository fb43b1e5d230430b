// A route is built from what the signature covers, never from a claim.
// Expect: no matching function for call to '[^']*RouteKey|no matching constructor for .*RouteKey
#include <string>
#include <utility>

#include "omni/adapter.h"

omni::RouteKey Route(omni::Signed<std::string> queue, omni::Signed<std::string> group,
                     [[maybe_unused]] omni::Claimed<std::string> claimed_group) {
#ifdef OMNI_MISUSE
  return omni::RouteKey(std::move(queue), std::move(claimed_group));
#else
  return omni::RouteKey(std::move(queue), std::move(group));
#endif
}

/// \file
/// The URL that a carrier requested, without a string of its own.
#pragma once

#include <memory_resource>
#include <string_view>

#include "omni/export.h"
#include "omni/http.h"
#include "omni/support/origin.h"

namespace omni::inline v0_1 {
namespace internal {

/// As ExternalUrl. Lifetime: the request's, and that of what is allocated in `memory`.
[[nodiscard]] OMNI_EXPORT std::string_view ExternalUrlIn(std::pmr::memory_resource& memory,
                                                         const WebhookRequest& request,
                                                         std::string_view public_url,
                                                         const CidrSet& trusted_proxies);

}  // namespace internal
}  // namespace omni::inline v0_1

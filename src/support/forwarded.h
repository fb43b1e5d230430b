/// \file
/// The hops that proxies report, in `Forwarded` (RFC 7239) and in `X-Forwarded-For`.
#pragma once

#include <string_view>
#include <vector>

#include "omni/http.h"

namespace omni::inline v0_1 {
namespace internal {

/// What one proxy wrote of the hop before it. Lifetime: the headers'.
struct ForwardedHop {
  std::string_view node = {};   ///< who called the proxy: `192.0.2.7:53122`; empty when unsaid
  std::string_view proto = {};  ///< only from `Forwarded`
  std::string_view host = {};   ///< only from `Forwarded`
};

/// The hops of all `Forwarded` fields, the nearest proxy's last. A field that breaks the grammar
/// ends in a hop that says nothing, because a stranger may have written what stands before it.
[[nodiscard]] std::vector<ForwardedHop> ForwardedHops(const HttpHeaders& headers);

/// As ForwardedHops, of all `X-Forwarded-For` fields; empty list elements are no hops.
[[nodiscard]] std::vector<ForwardedHop> XForwardedForHops(const HttpHeaders& headers);

/// The first element of a header that proxies write as a list: `X-Forwarded-Proto`, `-Host`, ...
/// Empty when there is none.
[[nodiscard]] std::string_view FirstElement(const HttpHeaders& headers, std::string_view name);

}  // namespace internal
}  // namespace omni::inline v0_1

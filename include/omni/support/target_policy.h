/// \file
/// Where omni may send a request when somebody else named the target.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "omni/export.h"
#include "omni/support/origin.h"

namespace omni::inline v0_1 {

/// What a target may be besides an https URL of a public host.
struct TargetPolicy {
  bool allow_http = false;
  bool allow_private = false;  ///< also names of the local network, and addresses that are private
};

/// Whether a request may go to `url`: an absolute https URL of at most 2048 bytes, plain ASCII,
/// without user-info and fragment, with a host that is a full domain name (an international one
/// as `xn--`) or an IP address in its usual spelling, on a public network as far as the text tells.
///
/// It cannot tell all: a name may resolve to a private address, now or later. Whoever connects
/// checks the address too; `HttpRequest::public_address_only` asks for that.
///
/// Errors: InvalidArgument, reason `target_refused`; the message never quotes the URL.
[[nodiscard]] OMNI_EXPORT absl::Status CheckTarget(std::string_view url,
                                                   const TargetPolicy& policy);

/// Whether `address` is one of the public internet: not private, shared, loopback, link-local,
/// multicast, reserved, for documentation or benchmarks, a tunnel's, or unspecified. An address of
/// NAT64's well-known prefix is as public as the IPv4 address in it.
[[nodiscard]] OMNI_EXPORT bool IsPublicAddress(const IpAddress& address);

}  // namespace omni::inline v0_1

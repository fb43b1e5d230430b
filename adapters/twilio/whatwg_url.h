/// \file
/// A URL as JavaScript's `new URL(url).toString()` spells it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace omni::inline v0_1 {
namespace twilio {

/// The WHATWG spelling of an http(s) URL without user-info and fragment: lower-case scheme and
/// host, no default port, dot segments resolved, special characters of path and query escaped.
///
/// Nothing for a URL that is invalid or that holds control characters, and for hosts that webhooks
/// do not have: IPv6 literals, unusual spellings of an IPv4 address, and names that are not ASCII.
[[nodiscard]] std::optional<std::string> NormalizeUrl(std::string_view url);

}  // namespace twilio
}  // namespace omni::inline v0_1

/// \file
/// URLs that the carrier may have called, where a proxy or the configuration hides it.
#pragma once

#include <vector>

#include "explain/change.h"

namespace host {

/// The URL as the gateway takes it comes first, then those with one change, then with more. From
/// the request's headers, the URLs of the whole configuration, and the usual ways in which proxies
/// change what they pass on. Bounded.
[[nodiscard]] std::vector<Variant> UrlVariants(const Suspect& suspect);

/// `https://hooks.example.com/twilio` of both, for an explanation: values of the query are hidden.
[[nodiscard]] std::string CompareUrls(const Suspect& suspect, const Variant& variant);

}  // namespace host

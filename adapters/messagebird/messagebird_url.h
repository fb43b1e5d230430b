/// \file
/// The spellings of URLs and queries that the carrier may have signed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"

namespace omni::inline v0_1 {
namespace messagebird {

/// What may have been signed when `external_url` was requested, without repetitions: the URL
/// without user-info and fragment, and the same without a port that is the scheme's own. Nothing
/// else is changed. Empty when it is not an http(s) URL.
[[nodiscard]] absl::InlinedVector<std::string, 2> SignedUrls(std::string_view external_url);

/// What the older scheme may have signed for `query`, without repetitions: the query as it is, and
/// its parameters sorted by name and escaped anew, as Go does and as Node does.
[[nodiscard]] std::vector<std::string> SignedQueries(std::string_view query);

}  // namespace messagebird
}  // namespace omni::inline v0_1

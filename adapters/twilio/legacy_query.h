/// \file
/// A query as Node's old `querystring` module reads and writes it.
#pragma once

#include <string>
#include <string_view>

namespace omni::inline v0_1 {
namespace twilio {

/// `querystring.stringify(querystring.parse(query))`: decoded and escaped anew, a lone name given
/// its `=`, repeated names gathered at the first, names that are array indices moved to the front.
/// `query` comes without its `?`.
[[nodiscard]] std::string ReencodeLegacyQuery(std::string_view query);

}  // namespace twilio
}  // namespace omni::inline v0_1

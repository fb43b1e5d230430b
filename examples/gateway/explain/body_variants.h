/// \file
/// Bodies that may be the one that was signed, before something on the way changed it.
#pragma once

#include <string_view>
#include <vector>

#include "explain/change.h"

namespace host {

/// The body as it arrived comes first, then those with one change, then those with several. Bounded
/// in all, whatever the body's size.
[[nodiscard]] std::vector<Variant> BodyVariants(std::string_view body);

/// What can be seen of a body without its signature: it was cut, it is still compressed, characters
/// of it are lost.
void InspectBody(const Suspect& suspect, Findings& findings);

}  // namespace host

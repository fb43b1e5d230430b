/// \file
/// What a form may have been before something on the way changed it: as the text that Twilio signs.
#pragma once

#include <vector>

#include "explain/change.h"

namespace host {

/// Names and values in order, one after another: as they arrived first, then with one change.
[[nodiscard]] std::vector<Variant> SortedFormVariants(const Suspect& suspect);

}  // namespace host

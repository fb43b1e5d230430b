/// \file
/// MessageBird's signed token, and the clock.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "explain/diagnosis.h"

namespace host {

void DiagnoseToken(const Suspect& suspect, Findings& findings);

/// `3 min 20 s`
[[nodiscard]] std::string InWords(absl::Duration duration);

}  // namespace host

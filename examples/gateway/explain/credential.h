/// \file
/// Passwords and tokens that are not the right ones.
#pragma once

#include <string_view>

#include "explain/diagnosis.h"

namespace host {

/// Whether `presented` is one of the channel's own secrets of that purpose.
[[nodiscard]] bool IsOwnSecret(const Suspect& suspect, std::string_view purpose,
                               std::string_view presented);

/// Adds what a wrong credential most likely is; `where` says where it stood.
void DiagnoseCredential(const Suspect& suspect, std::string_view purpose,
                        std::string_view presented, std::string_view where, Findings& findings);

}  // namespace host

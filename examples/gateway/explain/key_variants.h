/// \file
/// Keys that may be the one that a request was signed with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "explain/change.h"
#include "omni/secret.h"

namespace host {

/// One key of the configuration, as it stands there or as somebody may have got it wrong.
struct CandidateKey {
  omni::Secret secret = {};
  std::string name = {};             ///< `authToken[0] of channel twilio-1`
  std::vector<Change> changes = {};  ///< none: the right key, as it stands
};

/// The channel's own keys of that purpose, as they stand.
[[nodiscard]] std::vector<CandidateKey> OwnKeys(const Suspect& suspect, std::string_view purpose);

/// What a slip would make of them: white space around them, quotes, hexadecimal or base64 undone.
[[nodiscard]] std::vector<CandidateKey> AlteredKeys(const Suspect& suspect,
                                                    std::string_view purpose);

/// Every other secret of the configuration: those of other channels, and those of this one that are
/// for something else. Bounded.
[[nodiscard]] std::vector<CandidateKey> ForeignKeys(const Suspect& suspect,
                                                    std::string_view purpose);

}  // namespace host

/// \file
/// Signatures that are an HMAC-SHA256 of the body in hexadecimal.
#pragma once

#include <string_view>

#include "explain/diagnosis.h"

namespace host {

struct HexSignature {
  std::string_view header = {};
  std::string_view prefix = {};   ///< `sha256=`; empty: the digits alone
  std::string_view purpose = {};  ///< of the key
};

/// The usual mistakes with such a signature.
void DiagnoseHexSignature(const Suspect& suspect, const HexSignature& signature,
                          Findings& findings);

}  // namespace host

/// \file
/// Looks for the key and the text under which a code holds.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "explain/change.h"

namespace host {

struct MacSearch {
  std::string_view purpose = {};  ///< of the key
  std::string_view what = {};     ///< what the texts are: `body`
  /// The texts that may have been signed, as it arrived first.
  const std::vector<Variant>& texts;
  /// Whether the code that was presented is that of the text under the secret.
  std::function<bool(std::string_view secret, std::string_view text)> holds = {};
  /// What there is to say of the text that was found; empty: nothing.
  std::function<std::string(const Variant& text)> describe = {};
};

/// Adds the causes and says true when something was found; otherwise adds what was ruled out. Tries
/// the least unlikely first: a key that is right over a text that was changed, another key over the
/// text as it arrived, and then both at once.
bool FindMac(const Suspect& suspect, const MacSearch& search, Findings& findings);

}  // namespace host

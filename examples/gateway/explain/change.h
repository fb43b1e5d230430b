/// \file
/// What may have happened to a part of a request on its way.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "explain/diagnosis.h"

namespace host {

/// One thing that differs between what arrived and what was signed.
struct Change {
  std::string_view cause = {};
  std::string what = {};
  std::string fix = {};
};

/// A text that may be the one that was signed.
struct Variant {
  std::string text = {};
  std::vector<Change> changes = {};  ///< none: as it arrived
};

/// Adds one diagnosis for each change, with the same evidence.
inline void AddChanges(const std::vector<Change>& changes, const std::string& evidence,
                       Findings& findings) {
  for (const Change& change : changes) {
    findings.causes.push_back({.cause = std::string(change.cause),
                               .what = change.what,
                               .evidence = evidence,
                               .fix = change.fix});
  }
}

}  // namespace host

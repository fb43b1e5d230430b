/// \file
/// Why a verdict is what it is, step by step, in words that may be shown to an operator.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace omni::inline v0_1 {

/// One thing that was looked at or tried.
struct ExplanationStep {
  std::string step = {};  ///< `key`, `url variant`, `canonical form`, ...
  bool passed = false;
  std::string detail = {};
};

/// The steps that led to a verdict. Never holds a secret, an expected MAC, a body or a full phone
/// number: lengths, names and hashes of public data only.
struct Explanation {
  std::vector<ExplanationStep> steps = {};

  void Add(std::string_view step, bool passed, std::string detail) {
    steps.push_back({std::string(step), passed, std::move(detail)});
  }
};

}  // namespace omni::inline v0_1

/// \file
/// Mistakes that adapters make, each planted into the toy adapter, and the check that must find it.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "conformance/toy_adapter.h"

namespace omni::inline v0_1 {
namespace testing {

struct PlantedBug {
  std::string_view name;       ///< what the adapter does wrong, as the guide's table says it
  std::string_view killed_by;  ///< the check that must find it
  /// The bug's hooks: called for each adapter that the factory makes.
  std::function<ToyHooks()> plant;
};

// bugs_of_proof.cc
[[nodiscard]] std::vector<PlantedBug> BugsOfForgery();
[[nodiscard]] std::vector<PlantedBug> BugsOfJudgement();
// bugs_of_events.cc
[[nodiscard]] std::vector<PlantedBug> BugsOfMembers();
[[nodiscard]] std::vector<PlantedBug> BugsOfKeys();
// bugs_of_loss.cc
[[nodiscard]] std::vector<PlantedBug> BugsOfLoss();
[[nodiscard]] std::vector<PlantedBug> BugsOfOddBodies();
// bugs_of_conduct.cc
[[nodiscard]] std::vector<PlantedBug> BugsOfMemory();
[[nodiscard]] std::vector<PlantedBug> BugsOfWords();
[[nodiscard]] std::vector<PlantedBug> BugsOfAnswers();

[[nodiscard]] std::vector<PlantedBug> AllBugs();

}  // namespace testing
}  // namespace omni::inline v0_1

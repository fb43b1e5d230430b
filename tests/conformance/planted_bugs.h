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

[[nodiscard]] std::vector<PlantedBug> BugsOfProof();
[[nodiscard]] std::vector<PlantedBug> BugsOfEvents();
[[nodiscard]] std::vector<PlantedBug> BugsOfLoss();
[[nodiscard]] std::vector<PlantedBug> BugsOfConduct();
[[nodiscard]] std::vector<PlantedBug> AllBugs();

}  // namespace testing
}  // namespace omni::inline v0_1

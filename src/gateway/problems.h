/// \file
/// Mistakes in a configuration, collected so that all are told at once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace omni::inline v0_1 {
namespace internal {

/// One line a mistake: `channels[2].path: must start with /`.
using Problems = std::vector<std::string>;

void AddProblem(Problems& problems, std::string_view path, std::string_view message);

/// Adds the lines of a message.
void AddLines(Problems& problems, std::string_view lines);

/// InvalidArgument with all of them; OK when there is none.
[[nodiscard]] absl::Status ProblemsToStatus(const Problems& problems);

}  // namespace internal
}  // namespace omni::inline v0_1

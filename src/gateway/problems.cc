#include "gateway/problems.h"

#include <algorithm>

#include "omni/error.h"

namespace omni::inline v0_1 {
namespace internal {

void AddProblem(Problems& problems, std::string_view path, std::string_view message) {
  problems.emplace_back(path).append(": ").append(message);
}

void AddLines(Problems& problems, std::string_view lines) {
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    if (!line.empty()) problems.emplace_back(line);
  }
}

absl::Status ProblemsToStatus(const Problems& problems) {
  if (problems.empty()) return absl::OkStatus();
  std::string message;
  for (const std::string& problem : problems) {
    if (!message.empty()) message += '\n';
    message += problem;
  }
  return MakeError(absl::StatusCode::kInvalidArgument, message,
                   {.reason = "invalid_configuration", .blame = Blame::kHost});
}

}  // namespace internal
}  // namespace omni::inline v0_1

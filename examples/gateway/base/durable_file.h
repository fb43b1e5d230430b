/// \file
/// A small file that is replaced as a whole.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace host {

/// Errors: NotFound, Unavailable.
[[nodiscard]] absl::StatusOr<std::string> ReadFile(const std::string& path);

/// Replaces the file's content, readable by its owner only. Whatever happens, the file is the old
/// or the new one; on OK the new one is on the disk.
[[nodiscard]] absl::Status ReplaceFile(const std::string& path, std::string_view content);

}  // namespace host

/// \file
/// The secrets in one file.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "omni/key_ring.h"

namespace omni::inline v0_1 {
namespace internal {

/// Whether a path has a part `..`, or a NUL.
[[nodiscard]] bool LeavesItsFolder(std::string_view path);

/// The secrets in the file, one a line, as keys called `name`. Never quotes the path.
///
/// Errors: as MakeFileSecrets has them.
[[nodiscard]] absl::StatusOr<KeyRing> ReadSecretFile(const std::string& path, std::size_t max_bytes,
                                                     std::string_view name);

}  // namespace internal
}  // namespace omni::inline v0_1

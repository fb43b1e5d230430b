/// \file
/// The secrets in one file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "omni/key_ring.h"

namespace omni::inline v0_1 {
namespace internal {

/// Whether a path has a part `..`, or a NUL.
[[nodiscard]] bool LeavesItsFolder(std::string_view path);

/// What a file is told by: where these are the same, so is its content.
struct FileFacts {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = -1;
  std::int64_t modified = 0;  ///< nanoseconds
  std::int64_t changed = 0;   ///< of its inode
  friend bool operator==(const FileFacts&, const FileFacts&) = default;
};
/// Nothing where there is no such file.
[[nodiscard]] std::optional<FileFacts> FactsOf(const std::string& path);

struct SecretFile {
  KeyRing ring = {};
  /// From before it was read; those of no file where it was changed just then.
  FileFacts facts = {};
};
/// The secrets in the file, one a line, as keys called `name`. Never quotes the path.
///
/// Errors: as MakeFileSecrets has them.
[[nodiscard]] absl::StatusOr<SecretFile> ReadSecretFile(const std::string& path,
                                                        std::size_t max_bytes,
                                                        std::string_view name);

}  // namespace internal
}  // namespace omni::inline v0_1

/// \file
/// How much room a kind of thing takes, kept in the file beside the things.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "components/sqlite/database.h"

namespace omni::inline v0_1 {
namespace internal {

struct Usage {
  std::size_t count = 0;
  std::size_t bytes = 0;
};

/// Of the kinds that the schema names.
absl::StatusOr<Usage> ReadUsage(Database& database, std::string_view kind);
absl::Status AddUsage(Database& database, std::string_view kind, std::int64_t count,
                      std::int64_t bytes);

}  // namespace internal
}  // namespace omni::inline v0_1

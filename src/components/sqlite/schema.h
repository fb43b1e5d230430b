/// \file
/// The tables, and how a file comes to have them.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "components/sqlite/database.h"

namespace omni::inline v0_1 {
namespace internal {

/// How the connection is set up that writes. `max_file_bytes`: 0 is no limit.
absl::Status Configure(Database& database, std::int64_t max_file_bytes);
/// And one that only reads. It keeps few pages: they are void after the next commit.
absl::Status ConfigureReader(Database& database);

/// Brings the tables up to date. Errors: FailedPrecondition when they are newer than this code.
absl::Status Migrate(Database& database);
/// Whether the tables are those of this code. Errors: FailedPrecondition; NotFound when there are
/// none.
absl::Status CheckVersion(Database& database);

/// Of an entry's row.
enum class EntryState : std::int64_t { kWaiting = 0, kDone = 1 };

}  // namespace internal
}  // namespace omni::inline v0_1

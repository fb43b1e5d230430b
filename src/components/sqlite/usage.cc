#include "components/sqlite/usage.h"

#include "base/status_macros.h"

namespace omni::inline v0_1 {
namespace internal {

absl::StatusOr<Usage> ReadUsage(Database& database, std::string_view kind) {
  Query query(database, "SELECT count, bytes FROM usage WHERE name = ?", kind);
  OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
  if (!found) return absl::InternalError("SQLite: no row");
  return Usage{static_cast<std::size_t>(query.Int(0)), static_cast<std::size_t>(query.Int(1))};
}

absl::Status AddUsage(Database& database, std::string_view kind, std::int64_t count,
                      std::int64_t bytes) {
  return Query(database, "UPDATE usage SET count = count + ?, bytes = bytes + ? WHERE name = ?",
               count, bytes, kind)
      .Run();
}

}  // namespace internal
}  // namespace omni::inline v0_1

#include <utility>

#include "base/status_macros.h"
#include "components/sqlite/ports.h"
#include "omni/components/sqlite.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace {

absl::Status OptionError(const std::string& problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, problem,
                   {.reason = "invalid_option", .blame = Blame::kHost});
}

absl::Status CheckOptions(const SqliteOptions& options) {
  if (options.path.empty() || options.path.front() == ':') {
    return OptionError("path must name a file");
  }
  if (options.max_file_bytes < 0) return OptionError("max_file_bytes must not be negative");
  if (options.max_pending_envelopes == 0 || options.max_pending_bytes == 0) {
    return OptionError("max_pending_envelopes and max_pending_bytes must be positive");
  }
  if (options.max_attempts < 1) return OptionError("max_attempts must be positive");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SqliteStore> OpenSqlite(const SqliteOptions& options) {
  OMNI_RETURN_IF_ERROR(CheckOptions(options));
  SqliteOptions complete = options;
  if (complete.clock == nullptr) complete.clock = MakeSystemClock();
  OMNI_ASSIGN_OR_RETURN(const internal::EnginePtr engine, internal::Engine::Open(complete));
  return SqliteStore{.sink = internal::MakeSqliteQueueSink(engine),
                     .source = internal::MakeSqliteQueueSource(engine),
                     .browser = internal::MakeSqliteQueueBrowser(engine),
                     .idempotency = internal::MakeSqliteIdempotencyStore(engine),
                     .fragments = internal::MakeSqliteFragmentStore(engine),
                     .quarantine = internal::MakeSqliteQuarantineStore(engine),
                     .mappings = internal::MakeSqliteMappingStore(engine),
                     .conversations = internal::MakeSqliteConversationStore(engine),
                     .media = internal::MakeSqliteMediaStore(engine)};
}

}  // namespace omni::inline v0_1

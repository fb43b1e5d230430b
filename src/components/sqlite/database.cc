#include "components/sqlite/database.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <limits>
#include <utility>

#include "base/status_macros.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

using Micros = std::numeric_limits<std::int64_t>;

struct CodeOf {
  int sqlite;
  absl::StatusCode status;
  const char* reason;
};
/// What is not here is a mistake of ours: Internal.
constexpr CodeOf kCodes[] = {
    {SQLITE_FULL, absl::StatusCode::kUnavailable, "disk_full"},
    {SQLITE_IOERR, absl::StatusCode::kUnavailable, "disk_error"},
    {SQLITE_NOMEM, absl::StatusCode::kUnavailable, "out_of_memory"},
    {SQLITE_BUSY, absl::StatusCode::kUnavailable, "database_busy"},
    {SQLITE_LOCKED, absl::StatusCode::kUnavailable, "database_busy"},
    {SQLITE_CANTOPEN, absl::StatusCode::kUnavailable, "file_not_openable"},
    {SQLITE_PERM, absl::StatusCode::kUnavailable, "file_not_openable"},
    {SQLITE_READONLY, absl::StatusCode::kUnavailable, "file_read_only"},
    {SQLITE_PROTOCOL, absl::StatusCode::kUnavailable, "database_busy"},
    {SQLITE_CORRUPT, absl::StatusCode::kDataLoss, "file_damaged"},
    {SQLITE_NOTADB, absl::StatusCode::kDataLoss, "not_a_database"},
};

absl::Status StatusOf(int code) {
  for (const CodeOf& entry : kCodes) {
    if (entry.sqlite == (code & 0xFF)) {
      return MakeError(entry.status, std::string("SQLite: ") + sqlite3_errstr(code),
                       {.reason = entry.reason, .blame = Blame::kDependency});
    }
  }
  return MakeError(absl::StatusCode::kInternal, std::string("SQLite: ") + sqlite3_errstr(code),
                   {.reason = "sqlite_misused", .blame = Blame::kLibrary});
}

// Only a file that is not there is opened: closing one that is would take away the locks that
// SQLite's other connections in this process have on it. What SQLite puts beside the file gets the
// file's rights.
void MakePrivate(const std::string& path) {
  const int made = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (made >= 0) close(made);  // else SQLite says what is wrong
}

}  // namespace

std::int64_t ToMicros(absl::Time time) { return absl::ToUnixMicros(time); }

absl::Time FromMicros(std::int64_t micros) {
  if (micros == Micros::max()) return absl::InfiniteFuture();
  if (micros == Micros::min()) return absl::InfinitePast();
  return absl::FromUnixMicros(micros);
}

bool IsDatabaseError(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDataLoss(status) || absl::IsInternal(status);
}

absl::StatusOr<Database> Database::Open(const std::string& path, const std::string& vfs) {
  if (vfs.empty()) MakePrivate(path);
  return OpenWith(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                  vfs.empty() ? nullptr : vfs.c_str());
}

absl::StatusOr<Database> Database::OpenToRead(const std::string& path) {
  return OpenWith(path, SQLITE_OPEN_READONLY, nullptr);
}

absl::StatusOr<Database> Database::OpenWith(const std::string& path, int flags, const char* vfs) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle,
                                   flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs);
  Database database(handle);  // given even where it cannot be used
  if (code != SQLITE_OK) return StatusOf(code);
  return database;
}

void Database::SetRowMemoryAside() {
  constexpr int kBytes = 4096;  // an event with its envelope, as a rule
  constexpr int kSlots = 64;
  // Where it cannot be had, things go on as they did.
  sqlite3_db_config(handle(), SQLITE_DBCONFIG_LOOKASIDE, nullptr, kBytes, kSlots);
}

absl::Status Database::Execute(const char* sql) {
  const int code = sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : StatusOf(code);
}

absl::StatusOr<std::int64_t> Database::ReadInt(const char* sql) {
  Query query(*this, sql);
  OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
  if (!found) return absl::InternalError("SQLite: no row");
  return query.Int(0);
}

absl::Status Database::Begin() { return Query(*this, "BEGIN IMMEDIATE").Run(); }

absl::Status Database::Commit() { return Query(*this, "COMMIT").Run(); }

void Database::Rollback() {
  if (sqlite3_get_autocommit(handle()) == 0) {
    Execute("ROLLBACK").IgnoreError();  // SQLite does it itself where this fails
  }
}

absl::StatusOr<sqlite3_stmt*> Database::Prepare(const char* sql) {
  auto& statement = statements_[sql];
  if (statement == nullptr) {
    sqlite3_stmt* made = nullptr;
    const int code =
        sqlite3_prepare_v3(handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    if (code != SQLITE_OK) return StatusOf(code);
    statement.reset(made);
  }
  return statement.get();
}

Query::Query(Database& database, const char* sql, Bare) {
  auto statement = database.Prepare(sql);
  if (statement.ok()) {
    statement_ = *statement;
  } else {
    status_ = std::move(statement).status();
  }
}

absl::StatusOr<bool> Query::Next() {
  OMNI_RETURN_IF_ERROR(status_);
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return StatusOf(code);
}

absl::Status Query::Run() {
  while (true) {
    OMNI_ASSIGN_OR_RETURN(const bool more, Next());
    if (!more) return absl::OkStatus();
  }
}

std::string_view Query::Text(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return data == nullptr
             ? std::string_view()
             : std::string_view(static_cast<const char*>(data), static_cast<std::size_t>(size));
}

void Query::Bind(int index, std::string_view value) {
  // No address at all would be a NULL.
  Keep(sqlite3_bind_blob64(statement_, index, value.data() == nullptr ? "" : value.data(),
                           value.size(), SQLITE_STATIC));
}

void Query::Keep(int code) {
  if (code != SQLITE_OK && status_.ok()) status_ = StatusOf(code);
}

}  // namespace internal
}  // namespace omni::inline v0_1

/// \file
/// A connection to SQLite and its statements, with absl::Status for errors.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace omni::inline v0_1 {
namespace internal {

/// Microseconds since 1970; the infinite times at the ends.
[[nodiscard]] std::int64_t ToMicros(absl::Time time);
[[nodiscard]] absl::Time FromMicros(std::int64_t micros);

/// Whether the transaction in which this happened is void: SQLite's own errors, not those that a
/// store found out by reading.
[[nodiscard]] bool IsDatabaseError(const absl::Status& status);

/// A connection. Every statement is prepared once.
///
/// Thread safety: confined.
class Database {
 public:
  /// A file that is not there is made, for its owner alone.
  static absl::StatusOr<Database> Open(const std::string& path, const std::string& vfs);
  /// Of a file that is there, and without the right to change it.
  static absl::StatusOr<Database> OpenToRead(const std::string& path);

  /// Sets memory aside for the rows that are written, so that SQLite need not ask for it under the
  /// lock of all its connections. Before anything is run.
  void SetRowMemoryAside();

  /// Runs statements that take nothing and give nothing that matters.
  absl::Status Execute(const char* sql);
  /// The first column of the first row. Errors: Internal when there is none.
  absl::StatusOr<std::int64_t> ReadInt(const char* sql);

  absl::Status Begin();
  absl::Status Commit();
  /// Does nothing when SQLite has rolled back already.
  void Rollback();

  [[nodiscard]] std::int64_t last_row_id() const { return sqlite3_last_insert_rowid(handle()); }
  [[nodiscard]] std::int64_t changes() const { return sqlite3_changes64(handle()); }

 private:
  friend class Query;
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  explicit Database(sqlite3* handle) : handle_(handle) {}
  static absl::StatusOr<Database> OpenWith(const std::string& path, int flags, const char* vfs);
  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }
  absl::StatusOr<sqlite3_stmt*> Prepare(const char* sql);

  std::unique_ptr<sqlite3, Close> handle_;
  // By the address of the literal.
  absl::flat_hash_map<const char*, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

/// One run of a statement. The text is a literal; two queries of the same literal must not overlap.
/// Strings are kept and compared as bytes.
///
/// Thread safety: confined.
class Query {
 public:
  /// Lifetime: text arguments live as long as the query.
  template <class... Args>
  Query(Database& database, const char* sql, const Args&... args) : Query(database, sql, Bare{}) {
    if (statement_ == nullptr) return;
    int index = 0;
    (Bind(++index, args), ...);
  }
  ~Query() {
    if (statement_ != nullptr) sqlite3_reset(statement_);
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  /// Whether there is a row, or another one.
  absl::StatusOr<bool> Next();
  /// To the end.
  absl::Status Run();

  [[nodiscard]] std::int64_t Int(int column) const {
    return sqlite3_column_int64(statement_, column);
  }
  /// Lifetime: until the next row.
  [[nodiscard]] std::string_view Text(int column) const;
  [[nodiscard]] std::string String(int column) const { return std::string(Text(column)); }
  [[nodiscard]] absl::Time Time(int column) const { return FromMicros(Int(column)); }

 private:
  struct Bare {};
  Query(Database& database, const char* sql, Bare);

  void Bind(int index, std::int64_t value) { Keep(sqlite3_bind_int64(statement_, index, value)); }
  void Bind(int index, int value) { Bind(index, std::int64_t{value}); }
  void Bind(int index, bool value) { Bind(index, value ? std::int64_t{1} : std::int64_t{0}); }
  void Bind(int index, std::uint64_t value) { Bind(index, static_cast<std::int64_t>(value)); }
  void Bind(int index, absl::Time value) { Bind(index, ToMicros(value)); }
  void Bind(int index, std::string_view value);
  void Bind(int index, const std::string& value) { Bind(index, std::string_view(value)); }
  void Keep(int code);

  sqlite3_stmt* statement_ = nullptr;
  absl::Status status_;
};

}  // namespace internal
}  // namespace omni::inline v0_1

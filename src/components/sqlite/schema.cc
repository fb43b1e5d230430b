#include "components/sqlite/schema.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <string>

#include "base/status_macros.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::int64_t kPageBytes = 8192;

/// Each brings the tables from the version of its index to the next. What is released is not
/// changed any more.
///
/// `entry` and `body` are only ever appended to and shortened from the front, and have no further
/// index, so that a large file costs what an empty one does. An entry outlasts its body: it is the
/// memory of its dedupe key.
constexpr const char* kMigrations[] = {
    R"sql(
CREATE TABLE queue(id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE);
CREATE TABLE entry(
  seq INTEGER PRIMARY KEY,
  queue INTEGER NOT NULL,
  grp BLOB NOT NULL,
  key BLOB NOT NULL,
  expires INTEGER NOT NULL,
  state INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  due INTEGER NOT NULL,
  reason BLOB NOT NULL
);
CREATE TABLE body(
  seq INTEGER PRIMARY KEY,
  enqueued_at INTEGER NOT NULL,
  event_id BLOB NOT NULL,
  headers BLOB NOT NULL,
  body BLOB NOT NULL
);

CREATE TABLE fragment_group(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key BLOB NOT NULL,
  tenant BLOB NOT NULL,
  total INTEGER NOT NULL,
  deadline INTEGER NOT NULL,
  memory INTEGER NOT NULL,
  state INTEGER NOT NULL,
  bytes INTEGER NOT NULL
);
CREATE INDEX fragment_group_key ON fragment_group(key, state);
CREATE INDEX fragment_group_deadline ON fragment_group(deadline) WHERE state < 0;
CREATE INDEX fragment_group_tenant ON fragment_group(tenant, id) WHERE state < 0;
CREATE INDEX fragment_group_waiting ON fragment_group(id) WHERE state < 0;
CREATE INDEX fragment_group_out ON fragment_group(id) WHERE state >= 0;
CREATE TABLE fragment_part(
  grp INTEGER NOT NULL,
  number INTEGER NOT NULL,
  id BLOB NOT NULL,
  content BLOB NOT NULL,
  payload BLOB NOT NULL,
  PRIMARY KEY(grp, number)
) WITHOUT ROWID;
CREATE TABLE fragment_room(
  tenant BLOB NOT NULL,
  of_all INTEGER NOT NULL,
  waiting_bytes INTEGER NOT NULL,
  waiting_groups INTEGER NOT NULL,
  out_bytes INTEGER NOT NULL,
  out_groups INTEGER NOT NULL,
  PRIMARY KEY(of_all, tenant)
) WITHOUT ROWID;
CREATE TABLE fragment_owed(
  key BLOB PRIMARY KEY, numbers BLOB NOT NULL, until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX fragment_owed_until ON fragment_owed(until, key);

CREATE TABLE capsule(
  id BLOB PRIMARY KEY, request BLOB NOT NULL UNIQUE, bytes INTEGER NOT NULL, json BLOB NOT NULL
);

CREATE TABLE mapping(
  tenant BLOB NOT NULL,
  carrier BLOB NOT NULL,
  account BLOB NOT NULL,
  target_url BLOB NOT NULL,
  enabled INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY(tenant, carrier, account)
) WITHOUT ROWID;

CREATE TABLE conversation(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant BLOB NOT NULL,
  name BLOB NOT NULL,
  touched INTEGER NOT NULL,
  UNIQUE(tenant, name)
);
CREATE INDEX conversation_touched ON conversation(touched);
CREATE TABLE message(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  key BLOB NOT NULL,
  json BLOB NOT NULL
);
CREATE INDEX message_place ON message(conversation, occurred_at, id);
CREATE UNIQUE INDEX message_key ON message(conversation, key) WHERE length(key) > 0;

CREATE TABLE media(
  id BLOB PRIMARY KEY,
  tenant BLOB NOT NULL,
  account BLOB NOT NULL,
  conversation BLOB NOT NULL,
  filename BLOB NOT NULL,
  content_type BLOB NOT NULL,
  bytes INTEGER NOT NULL,
  content BLOB NOT NULL
);
CREATE TABLE usage(name BLOB PRIMARY KEY, count INTEGER NOT NULL, bytes INTEGER NOT NULL)
  WITHOUT ROWID;
INSERT INTO usage VALUES(CAST('capsule' AS BLOB), 0, 0), (CAST('mapping' AS BLOB), 0, 0),
  (CAST('media' AS BLOB), 0, 0), (CAST('conversation' AS BLOB), 0, 0), (CAST('owed' AS BLOB), 0, 0);
)sql",
    R"sql(
ALTER TABLE message ADD COLUMN revised BLOB NOT NULL DEFAULT x'';
CREATE INDEX message_revised ON message(conversation, revised) WHERE length(revised) > 0;
)sql",
};

absl::Status NewerError() {
  return absl::FailedPreconditionError("the file was written by a newer omni");
}

absl::Status Upgrade(Database& database, std::size_t version) {
  OMNI_RETURN_IF_ERROR(database.Begin());
  absl::Status status = database.Execute(kMigrations[version]);
  const std::string note = "PRAGMA user_version = " + std::to_string(version + 1);
  if (status.ok()) status = database.Execute(note.c_str());
  if (status.ok()) status = database.Commit();
  if (!status.ok()) database.Rollback();
  return status;
}

}  // namespace

absl::Status Configure(Database& database, std::int64_t max_file_bytes) {
  // page_size and auto_vacuum take effect while the file is empty.
  OMNI_RETURN_IF_ERROR(
      database.Execute("PRAGMA page_size = 8192;"
                       "PRAGMA auto_vacuum = INCREMENTAL;"
                       "PRAGMA busy_timeout = 5000;"
                       "PRAGMA journal_mode = WAL;"
                       "PRAGMA synchronous = FULL;"
                       "PRAGMA cache_size = -65536;"
                       "PRAGMA wal_autocheckpoint = 4000;"
                       "PRAGMA journal_size_limit = 67108864;"
                       "PRAGMA temp_store = MEMORY;"));
  if (max_file_bytes == 0) return absl::OkStatus();
  const std::string limit = "PRAGMA max_page_count = " +
                            std::to_string(std::max<std::int64_t>(1, max_file_bytes / kPageBytes));
  return database.Execute(limit.c_str());
}

absl::Status ConfigureReader(Database& database) {
  OMNI_RETURN_IF_ERROR(Configure(database, 0));
  return database.Execute("PRAGMA cache_size = -2048");
}

absl::Status CheckVersion(Database& database) {
  OMNI_ASSIGN_OR_RETURN(const std::int64_t version, database.ReadInt("PRAGMA user_version"));
  if (version == std::ssize(kMigrations)) return absl::OkStatus();
  if (version == 0) return absl::NotFoundError("there is no queue in the file");
  return version < std::ssize(kMigrations)
             ? absl::FailedPreconditionError("the file was written by an older omni")
             : NewerError();
}

absl::Status Migrate(Database& database) {
  OMNI_ASSIGN_OR_RETURN(const std::int64_t version, database.ReadInt("PRAGMA user_version"));
  const std::int64_t newest = std::ssize(kMigrations);
  if (version < 0 || version > newest) return NewerError();
  for (std::int64_t next = version; next < newest; ++next) {
    OMNI_RETURN_IF_ERROR(Upgrade(database, static_cast<std::size_t>(next)));
  }
  return absl::OkStatus();
}

}  // namespace internal
}  // namespace omni::inline v0_1

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/absl_bridge.h"
#include "base/status_macros.h"
#include "components/sqlite/ports.h"
#include "components/sqlite/usage.h"
#include "omni/support/capsule_codec.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// What makes two requests the same: the carrier may sign and date a repetition anew, so headers
/// do not count.
std::string DigestOf(const Capsule& capsule) {
  const WebhookRequest& request = capsule.request;
  std::string text;
  for (const std::string* member : {&capsule.channel, &capsule.tenant, &request.target}) {
    absl::StrAppend(&text, member->size(), ":", *member);
  }
  absl::StrAppend(&text, ToAbsl(HttpMethodName(request.method)), ":", request.body);
  return std::string(AsView(Sha256(text)));
}

absl::StatusOr<bool> Exists(Database& database, const char* sql, std::string_view value) {
  Query query(database, sql, value);
  return query.Next();
}

absl::Status PutIn(Writing& writing, const Capsule& capsule, const std::string& json,
                   const std::string& request) {
  Database& database = writing.database;
  OMNI_ASSIGN_OR_RETURN(const bool repeated,
                        Exists(database, "SELECT 1 FROM capsule WHERE request = ?", request));
  if (repeated) return absl::OkStatus();
  OMNI_ASSIGN_OR_RETURN(const bool taken,
                        Exists(database, "SELECT 1 FROM capsule WHERE id = ?", capsule.id));
  if (taken) return absl::AlreadyExistsError("another capsule has this id");
  OMNI_ASSIGN_OR_RETURN(const Usage usage, ReadUsage(database, "capsule"));
  if (usage.count >= writing.options.max_capsules ||
      json.size() > writing.options.max_capsule_bytes ||
      usage.bytes > writing.options.max_capsule_bytes - json.size()) {
    return absl::ResourceExhaustedError("no room for another capsule");
  }
  OMNI_RETURN_IF_ERROR(Query(database,
                             "INSERT INTO capsule(id, request, bytes, json) VALUES(?, ?, ?, ?)",
                             capsule.id, request, json.size(), json)
                           .Run());
  return AddUsage(database, "capsule", 1, std::ssize(json));
}

/// Thread safety: thread-safe.
class SqliteQuarantineStore final : public QuarantineStore {
 public:
  explicit SqliteQuarantineStore(EnginePtr engine) : engine_(std::move(engine)) {}

  absl::Status Put(const Capsule& capsule) override {
    const std::string json = ToJson(capsule);
    const std::string request = DigestOf(capsule);
    return engine_->Write([&](Writing& writing) { return PutIn(writing, capsule, json, request); });
  }
  [[nodiscard]] absl::StatusOr<Capsule> Get(std::string_view id) override;
  [[nodiscard]] absl::StatusOr<std::vector<Capsule>> List(const ListParams& params) override;
  absl::Status Remove(std::string_view id) override;

 private:
  const EnginePtr engine_;
};

absl::StatusOr<Capsule> SqliteQuarantineStore::Get(std::string_view id) {
  OMNI_ASSIGN_OR_RETURN(const std::string json,
                        engine_->Read([&](Database& database) -> absl::StatusOr<std::string> {
                          Query query(database, "SELECT json FROM capsule WHERE id = ?", id);
                          OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
                          if (!found) return absl::NotFoundError("no such capsule");
                          return query.String(0);
                        }));
  return CapsuleFromJson(json);
}

absl::StatusOr<std::vector<Capsule>> SqliteQuarantineStore::List(const ListParams& params) {
  return engine_->Read([&](Database& database) -> absl::StatusOr<std::vector<Capsule>> {
    std::vector<Capsule> page;
    Query query(database, "SELECT json FROM capsule WHERE id > ? ORDER BY id", params.after);
    while (page.size() < params.limit) {
      OMNI_ASSIGN_OR_RETURN(const bool more, query.Next());
      if (!more) break;
      OMNI_ASSIGN_OR_RETURN(Capsule capsule, CapsuleFromJson(query.Text(0)));
      page.push_back(std::move(capsule));
    }
    return page;
  });
}

absl::Status SqliteQuarantineStore::Remove(std::string_view id) {
  return engine_->Write([&](Writing& writing) -> absl::Status {
    std::int64_t bytes = 0;
    {
      Query query(writing.database, "SELECT bytes FROM capsule WHERE id = ?", id);
      OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
      if (!found) return absl::NotFoundError("no such capsule");
      bytes = query.Int(0);
    }
    OMNI_RETURN_IF_ERROR(Query(writing.database, "DELETE FROM capsule WHERE id = ?", id).Run());
    return AddUsage(writing.database, "capsule", -1, -bytes);
  });
}

}  // namespace

std::shared_ptr<QuarantineStore> MakeSqliteQuarantineStore(EnginePtr engine) {
  return std::make_shared<SqliteQuarantineStore>(std::move(engine));
}

}  // namespace internal
}  // namespace omni::inline v0_1

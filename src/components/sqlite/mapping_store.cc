#include <utility>

#include "base/status_macros.h"
#include "components/sqlite/ports.h"
#include "components/sqlite/usage.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr const char* kFind =
    "SELECT account, target_url, enabled, created_at, updated_at FROM mapping "
    "WHERE tenant = ? AND carrier = ? AND account = ?";

AccountMapping Read(const Query& query) {
  return {.account = query.String(0),
          .target_url = query.String(1),
          .enabled = query.Int(2) != 0,
          .created_at = query.Time(3),
          .updated_at = query.Time(4)};
}

absl::StatusOr<std::optional<AccountMapping>> FindIn(Database& database,
                                                     const MappingStore::Scope& scope,
                                                     std::string_view account) {
  Query query(database, kFind, scope.tenant, scope.carrier, account);
  OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
  if (!found) return std::nullopt;
  return Read(query);
}

/// Thread safety: thread-safe.
class SqliteMappingStore final : public MappingStore {
 public:
  explicit SqliteMappingStore(EnginePtr engine) : engine_(std::move(engine)) {}

  [[nodiscard]] absl::StatusOr<std::optional<AccountMapping>> Find(
      const Scope& scope, std::string_view account) override {
    if (!engine_->mappings().MayKnow(scope, account)) return std::nullopt;
    return engine_->LookUp([&](Database& database) { return FindIn(database, scope, account); });
  }
  [[nodiscard]] absl::StatusOr<AccountMapping> Change(const Scope& scope,
                                                      const MappingChange& change,
                                                      absl::Time now) override {
    bool is_new = false;
    return engine_->Write(
        [&](Writing& writing) { return ChangeIn(writing, scope, change, now, is_new); },
        [&](Writing& writing) {
          if (is_new) writing.state.mappings.Add(scope, change.account);
        });
  }
  [[nodiscard]] absl::StatusOr<AccountMapping> Remove(const Scope& scope,
                                                      std::string_view account) override {
    return engine_->Write([&](Writing& writing) { return RemoveIn(writing, scope, account); },
                          [&](Writing& writing) { writing.state.mappings.Remove(scope, account); });
  }
  [[nodiscard]] absl::StatusOr<MappingPage> List(const Scope& scope,
                                                 const MappingQuery& query) override {
    return engine_->Read([&](Database& database) { return ListIn(database, scope, query); });
  }

 private:
  static absl::StatusOr<AccountMapping> ChangeIn(Writing& writing, const Scope& scope,
                                                 const MappingChange& change, absl::Time now,
                                                 bool& is_new);
  static absl::StatusOr<AccountMapping> RemoveIn(Writing& writing, const Scope& scope,
                                                 std::string_view account);
  static absl::StatusOr<MappingPage> ListIn(Database& database, const Scope& scope,
                                            const MappingQuery& query);

  const EnginePtr engine_;
};

absl::StatusOr<AccountMapping> SqliteMappingStore::ChangeIn(Writing& writing, const Scope& scope,
                                                            const MappingChange& change,
                                                            absl::Time now, bool& is_new) {
  OMNI_ASSIGN_OR_RETURN(const auto found, FindIn(writing.database, scope, change.account));
  is_new = !found;
  if (!found) {
    if (!change.target_url) return absl::NotFoundError("no such mapping");
    OMNI_ASSIGN_OR_RETURN(const Usage usage, ReadUsage(writing.database, "mapping"));
    if (usage.count >= writing.options.max_mappings) {
      return absl::ResourceExhaustedError("no room for another mapping");
    }
    OMNI_RETURN_IF_ERROR(AddUsage(writing.database, "mapping", 1, 0));
  }
  AccountMapping mapping =
      found.value_or(AccountMapping{.account = change.account, .created_at = now});
  if (change.target_url) mapping.target_url = *change.target_url;
  if (change.enabled) mapping.enabled = *change.enabled;
  mapping.updated_at = now;
  OMNI_RETURN_IF_ERROR(Query(writing.database,
                             "INSERT OR REPLACE INTO mapping(tenant, carrier, account, target_url, "
                             "enabled, created_at, updated_at) VALUES(?, ?, ?, ?, ?, ?, ?)",
                             scope.tenant, scope.carrier, mapping.account, mapping.target_url,
                             mapping.enabled, mapping.created_at, mapping.updated_at)
                           .Run());
  return mapping;
}

absl::StatusOr<AccountMapping> SqliteMappingStore::RemoveIn(Writing& writing, const Scope& scope,
                                                            std::string_view account) {
  OMNI_ASSIGN_OR_RETURN(const auto found, FindIn(writing.database, scope, account));
  if (!found) return absl::NotFoundError("no such mapping");
  OMNI_RETURN_IF_ERROR(Query(writing.database,
                             "DELETE FROM mapping WHERE tenant = ? AND carrier = ? AND account = ?",
                             scope.tenant, scope.carrier, account)
                           .Run());
  OMNI_RETURN_IF_ERROR(AddUsage(writing.database, "mapping", -1, 0));
  return *found;
}

absl::StatusOr<MappingPage> SqliteMappingStore::ListIn(Database& database, const Scope& scope,
                                                       const MappingQuery& query) {
  MappingPage page;
  if (!query.account.empty()) {
    if (query.after >= query.account && !query.after.empty()) return page;
    OMNI_ASSIGN_OR_RETURN(auto found, FindIn(database, scope, query.account));
    if (!found) return page;
    page.has_more = query.limit == 0;
    if (query.limit > 0) page.mappings.push_back(*std::move(found));
    return page;
  }
  // The empty account, should there be one, is the first.
  Query rows(database,
             "SELECT account, target_url, enabled, created_at, updated_at FROM mapping "
             "WHERE tenant = ? AND carrier = ? AND account >= ? ORDER BY account",
             scope.tenant, scope.carrier, query.after);
  while (true) {
    OMNI_ASSIGN_OR_RETURN(const bool more, rows.Next());
    if (!more) return page;
    if (!query.after.empty() && rows.Text(0) == query.after) continue;
    if (page.mappings.size() >= query.limit) {
      page.has_more = true;
      return page;
    }
    page.mappings.push_back(Read(rows));
  }
}

}  // namespace

std::shared_ptr<MappingStore> MakeSqliteMappingStore(EnginePtr engine) {
  return std::make_shared<SqliteMappingStore>(std::move(engine));
}

}  // namespace internal
}  // namespace omni::inline v0_1

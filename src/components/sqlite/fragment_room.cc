#include "components/sqlite/fragment_room.h"

#include <algorithm>
#include <limits>

#include "base/status_macros.h"
#include "components/sqlite/usage.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

std::int64_t ToLimit(std::size_t limit) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(limit, static_cast<std::size_t>(kMost)));
}

bool Fits(const FragmentAmount& taken, const FragmentAmount& more, const FragmentAmount& limit) {
  return taken.bytes <= limit.bytes - more.bytes && taken.groups <= limit.groups - more.groups;
}

std::string Pack(const FragmentDebts::Numbers& numbers) {
  std::string packed(numbers.size(), '0');
  for (std::size_t i = 0; i < numbers.size(); ++i) packed[i] = numbers.test(i) ? '1' : '0';
  return packed;
}

}  // namespace

FragmentShares::FragmentShares(Database& database, const SqliteOptions& options)
    : database_(database),
      limit_{ToLimit(options.max_fragment_bytes), ToLimit(options.max_fragment_groups)},
      tenant_limit_{ToLimit(options.max_fragment_bytes_per_tenant),
                    ToLimit(options.max_fragment_groups_per_tenant)} {}

bool FragmentShares::CanHold(const FragmentAmount& amount) const {
  return Fits({}, amount, limit_) && Fits({}, amount, tenant_limit_);
}

absl::StatusOr<bool> FragmentShares::IsStuck(const std::string& tenant) {
  for (const bool of_all : {true, false}) {
    OMNI_ASSIGN_OR_RETURN(const Share share, Read(tenant, of_all));
    const FragmentAmount& limit = of_all ? limit_ : tenant_limit_;
    if (share.handed_out.bytes >= limit.bytes || share.handed_out.groups >= limit.groups) {
      return true;
    }
  }
  return false;
}

absl::StatusOr<std::optional<std::int64_t>> FragmentShares::InTheWay(const std::string& tenant,
                                                                     const FragmentAmount& amount) {
  OMNI_ASSIGN_OR_RETURN(const Share own, Read(tenant, false));
  if (!Fits(own.waiting, amount, tenant_limit_)) {
    Query query(database_,
                "SELECT id FROM fragment_group WHERE tenant = ? AND state < 0 ORDER BY id LIMIT 1",
                tenant);
    OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
    if (found) return query.Int(0);
  }
  OMNI_ASSIGN_OR_RETURN(const Share all, Read(tenant, true));
  if (Fits(all.waiting, amount, limit_)) return std::nullopt;
  Query query(database_, "SELECT id FROM fragment_group WHERE state < 0 ORDER BY id LIMIT 1");
  OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
  if (!found) return std::nullopt;
  return query.Int(0);
}

absl::Status FragmentShares::Enter(const std::string& tenant, const FragmentAmount& amount) {
  return Add(tenant, amount, {});
}

absl::Status FragmentShares::HandOut(const std::string& tenant, const FragmentAmount& amount) {
  return Add(tenant, {-amount.bytes, -amount.groups}, amount);
}

absl::Status FragmentShares::Free(const std::string& tenant, const FragmentAmount& amount) {
  OMNI_RETURN_IF_ERROR(Add(tenant, {}, {-amount.bytes, -amount.groups}));
  return Query(database_,
               "DELETE FROM fragment_room WHERE of_all = 0 AND tenant = ? "
               "AND waiting_groups + out_groups = 0",
               tenant)
      .Run();
}

absl::StatusOr<FragmentShares::Share> FragmentShares::Read(const std::string& tenant, bool of_all) {
  Query query(database_,
              "SELECT waiting_bytes, waiting_groups, out_bytes, out_groups FROM fragment_room "
              "WHERE of_all = ? AND tenant = ?",
              of_all, of_all ? std::string_view() : std::string_view(tenant));
  OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
  if (!found) return Share{};
  return Share{.waiting = {query.Int(0), query.Int(1)}, .handed_out = {query.Int(2), query.Int(3)}};
}

absl::Status FragmentShares::Add(const std::string& tenant, const FragmentAmount& waiting,
                                 const FragmentAmount& handed_out) {
  for (const bool of_all : {true, false}) {
    OMNI_RETURN_IF_ERROR(
        Query(database_,
              "INSERT INTO fragment_room(of_all, tenant, waiting_bytes, waiting_groups, "
              "out_bytes, out_groups) VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
              "waiting_bytes = waiting_bytes + excluded.waiting_bytes, "
              "waiting_groups = waiting_groups + excluded.waiting_groups, "
              "out_bytes = out_bytes + excluded.out_bytes, "
              "out_groups = out_groups + excluded.out_groups",
              of_all, of_all ? std::string_view() : std::string_view(tenant), waiting.bytes,
              waiting.groups, handed_out.bytes, handed_out.groups)
            .Run());
  }
  return absl::OkStatus();
}

absl::Status FragmentDebts::Owe(const std::string& key, const Numbers& numbers, absl::Time until) {
  OMNI_RETURN_IF_ERROR(Forget(key));
  if (max_debts_ == 0) return absl::OkStatus();
  OMNI_ASSIGN_OR_RETURN(const Usage usage, ReadUsage(database_, "owed"));
  if (usage.count >= max_debts_) OMNI_RETURN_IF_ERROR(ForgetFirst());
  OMNI_RETURN_IF_ERROR(Query(database_,
                             "INSERT INTO fragment_owed(key, numbers, until) VALUES(?, ?, ?)", key,
                             Pack(numbers), until)
                           .Run());
  return AddUsage(database_, "owed", 1, 0);
}

absl::StatusOr<bool> FragmentDebts::Settle(const std::string& key, std::int64_t number,
                                           absl::Time now) {
  OMNI_RETURN_IF_ERROR(ForgetSome(now));
  std::string numbers;
  {
    Query query(database_, "SELECT numbers FROM fragment_owed WHERE key = ? AND until > ?", key,
                now);
    OMNI_ASSIGN_OR_RETURN(const bool found, query.Next());
    if (!found) return false;
    numbers = query.String(0);
  }
  const auto index = static_cast<std::size_t>(number);
  if (index >= numbers.size() || numbers[index] != '1') return false;
  numbers[index] = '0';
  if (numbers.find('1') == std::string::npos) {
    OMNI_RETURN_IF_ERROR(Forget(key));
  } else {
    OMNI_RETURN_IF_ERROR(
        Query(database_, "UPDATE fragment_owed SET numbers = ? WHERE key = ?", numbers, key).Run());
  }
  return true;
}

absl::Status FragmentDebts::Forget(const std::string& key) {
  OMNI_RETURN_IF_ERROR(Query(database_, "DELETE FROM fragment_owed WHERE key = ?", key).Run());
  return AddUsage(database_, "owed", -database_.changes(), 0);
}

absl::Status FragmentDebts::ForgetFirst() {
  OMNI_RETURN_IF_ERROR(Query(database_,
                             "DELETE FROM fragment_owed WHERE key = "
                             "(SELECT key FROM fragment_owed ORDER BY until, key LIMIT 1)")
                           .Run());
  return AddUsage(database_, "owed", -database_.changes(), 0);
}

absl::Status FragmentDebts::ForgetSome(absl::Time now) {
  OMNI_RETURN_IF_ERROR(Query(database_,
                             "DELETE FROM fragment_owed WHERE key IN "
                             "(SELECT key FROM fragment_owed WHERE until <= ? LIMIT 10)",
                             now)
                           .Run());
  return AddUsage(database_, "owed", -database_.changes(), 0);
}

}  // namespace internal
}  // namespace omni::inline v0_1

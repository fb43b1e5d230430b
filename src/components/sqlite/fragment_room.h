/// \file
/// How much room fragments take, in all and for each tenant, and which parts are owed by groups
/// that left incomplete: tables of the file.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "components/sqlite/database.h"
#include "omni/components/sqlite.h"

namespace omni::inline v0_1 {
namespace internal {

struct FragmentAmount {
  std::int64_t bytes = 0;
  std::int64_t groups = 0;
};

/// Thread safety: confined.
class FragmentShares {
 public:
  FragmentShares(Database& database, const SqliteOptions& options);

  /// Whether an empty room has room for it.
  [[nodiscard]] bool CanHold(const FragmentAmount& amount) const;
  /// Whether what was handed out is so much that nothing more is taken in.
  absl::StatusOr<bool> IsStuck(const std::string& tenant);
  /// The group to give up first for that much more to fit: the tenant's oldest, or the oldest.
  absl::StatusOr<std::optional<std::int64_t>> InTheWay(const std::string& tenant,
                                                       const FragmentAmount& amount);

  /// A waiting group takes so much more.
  absl::Status Enter(const std::string& tenant, const FragmentAmount& amount);
  /// A group that took so much waits no longer, and takes it still.
  absl::Status HandOut(const std::string& tenant, const FragmentAmount& amount);
  /// A group that took so much, and was handed out, is gone.
  absl::Status Free(const std::string& tenant, const FragmentAmount& amount);

 private:
  struct Share {
    FragmentAmount waiting = {};
    FragmentAmount handed_out = {};
  };
  absl::StatusOr<Share> Read(const std::string& tenant, bool of_all);
  absl::Status Add(const std::string& tenant, const FragmentAmount& waiting,
                   const FragmentAmount& handed_out);

  Database& database_;
  FragmentAmount limit_ = {};
  FragmentAmount tenant_limit_ = {};
};

/// One debt for each key, each for a time. Bounded: beyond that the one that ends first is
/// forgotten.
///
/// Thread safety: confined.
class FragmentDebts {
 public:
  using Numbers = std::bitset<256>;

  FragmentDebts(Database& database, std::size_t max_debts)
      : database_(database), max_debts_(max_debts) {}

  /// Replaces what was owed for that key before.
  absl::Status Owe(const std::string& key, const Numbers& numbers, absl::Time until);
  /// Whether that part was owed at that time. It is not any more.
  absl::StatusOr<bool> Settle(const std::string& key, std::int64_t number, absl::Time now);

 private:
  absl::Status Forget(const std::string& key);
  absl::Status ForgetFirst();
  absl::Status ForgetSome(absl::Time now);

  Database& database_;
  const std::size_t max_debts_;
};

}  // namespace internal
}  // namespace omni::inline v0_1

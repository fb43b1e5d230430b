/// \file
/// Which parts are still owed by groups that left incomplete.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace omni::inline v0_1 {
namespace internal {

/// One debt for each key, each for a time. Bounded: beyond that the one that ends first is
/// forgotten.
///
/// Thread safety: confined.
class OwedParts {
 public:
  using Numbers = std::bitset<256>;

  explicit OwedParts(std::size_t max_debts) : max_debts_(max_debts) {}

  /// Replaces what was owed for that key before.
  void Owe(const std::string& key, const Numbers& numbers, absl::Time until);
  /// Whether that part was owed at that time. It is not any more.
  bool Settle(const std::string& key, std::int64_t number, absl::Time now);

 private:
  using Debts = std::map<std::pair<absl::Time, std::string>, Numbers>;  // by end and key

  void Forget(Debts::iterator debt);

  const std::size_t max_debts_;
  Debts debts_;
  // The keys are views into the debts, whose nodes do not move.
  absl::flat_hash_map<absl::string_view, Debts::iterator> by_key_;
};

}  // namespace internal
}  // namespace omni::inline v0_1

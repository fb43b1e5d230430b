#include "components/memory/owed_parts.h"

namespace omni::inline v0_1 {
namespace internal {

void OwedParts::Owe(const std::string& key, const Numbers& numbers, absl::Time until) {
  if (const auto old = by_key_.find(key); old != by_key_.end()) Forget(old->second);
  if (max_debts_ == 0) return;
  while (debts_.size() >= max_debts_) Forget(debts_.begin());
  const auto debt = debts_.emplace(std::pair(until, key), numbers).first;
  by_key_.emplace(debt->first.second, debt);
}

bool OwedParts::Settle(const std::string& key, std::int64_t number, absl::Time now) {
  while (!debts_.empty() && debts_.begin()->first.first <= now) Forget(debts_.begin());
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return false;
  const Debts::iterator debt = found->second;
  const auto bit = static_cast<std::size_t>(number);
  if (!debt->second.test(bit)) return false;
  debt->second.reset(bit);
  if (debt->second.none()) Forget(debt);
  return true;
}

void OwedParts::Forget(Debts::iterator debt) {
  by_key_.erase(debt->first.second);
  debts_.erase(debt);
}

}  // namespace internal
}  // namespace omni::inline v0_1

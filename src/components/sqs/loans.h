/// \file
/// What the source has lent, so that a receipt is good as long as its loan and no longer, and a
/// dead letter can be sent on with its reason.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "absl/time/time.h"
#include "base/mutex.h"
#include "omni/ports/queue_source.h"

namespace omni::inline v0_1 {
namespace internal {

struct Loan {
  std::string queue = {};
  std::string url = {};
  std::string message_id = {};  ///< SQS's own, another for each message
  Delivery delivery = {};
};
using LoanPtr = std::shared_ptr<const Loan>;

/// Thread safety: thread-safe.
class Loans {
 public:
  void Add(LoanPtr loan, absl::Time ends) {
    MutexLock lock(mutex_);
    const std::string& receipt = loan->delivery.receipt;
    const auto end = ends_.emplace(ends, receipt);
    loans_.insert_or_assign(receipt, Entry{std::move(loan), end});
  }
  /// Nothing when the loan is over.
  LoanPtr Find(const std::string& receipt, absl::Time now) {
    MutexLock lock(mutex_);
    Sweep(now);
    const auto found = loans_.find(receipt);
    return found == loans_.end() ? nullptr : found->second.loan;
  }
  void Extend(const std::string& receipt, absl::Time ends) {
    MutexLock lock(mutex_);
    const auto found = loans_.find(receipt);
    if (found == loans_.end()) return;
    ends_.erase(found->second.end);
    found->second.end = ends_.emplace(ends, receipt);
  }
  void End(const std::string& receipt) {
    MutexLock lock(mutex_);
    const auto found = loans_.find(receipt);
    if (found == loans_.end()) return;
    ends_.erase(found->second.end);
    loans_.erase(found);
  }
  [[nodiscard]] std::size_t Count(absl::Time now) {
    MutexLock lock(mutex_);
    Sweep(now);
    return loans_.size();
  }

 private:
  using Ends = std::multimap<absl::Time, std::string>;
  struct Entry {
    LoanPtr loan;
    Ends::iterator end;
  };

  void Sweep(absl::Time now) OMNI_REQUIRES(mutex_) {
    while (!ends_.empty() && ends_.begin()->first <= now) {
      loans_.erase(ends_.begin()->second);
      ends_.erase(ends_.begin());
    }
  }

  Mutex mutex_;
  std::unordered_map<std::string, Entry> loans_ OMNI_GUARDED_BY(mutex_);
  Ends ends_ OMNI_GUARDED_BY(mutex_);
};

}  // namespace internal
}  // namespace omni::inline v0_1

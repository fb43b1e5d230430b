/// \file
/// What the spool's callers and its thread share.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "components/spool/ledger.h"
#include "omni/components/spool.h"
#include "omni/components/sqlite.h"

namespace omni::inline v0_1 {
namespace internal {

/// What is known of the engine.
///
/// Thread safety: thread-safe.
class EngineHealth {
 public:
  struct Report {
    bool is_down = false;
    std::string last_error = {};
    absl::Time last_error_at = absl::InfinitePast();
  };

  void Accepted() { is_down_ = false; }
  void AcceptedNothing() { is_down_ = true; }
  void Refused(const absl::Status& status, absl::Time now) {
    // Words of its own: a status that threads share is not what sanitizers can follow.
    std::string text = absl::StatusCodeToString(status.code());
    text.append(": ").append(status.message().data(), status.message().size());
    MutexLock lock(mutex_);
    last_error_ = std::move(text);
    last_error_at_ = now;
  }
  [[nodiscard]] bool is_down() const { return is_down_; }
  [[nodiscard]] Report report() const {
    MutexLock lock(mutex_);
    return {is_down_, last_error_, last_error_at_};
  }

 private:
  std::atomic<bool> is_down_ = false;
  mutable Mutex mutex_;
  std::string last_error_ OMNI_GUARDED_BY(mutex_);
  absl::Time last_error_at_ OMNI_GUARDED_BY(mutex_) = absl::InfinitePast();
};

/// Thread safety: thread-safe.
struct SpoolCore {
  SpoolCore(std::shared_ptr<QueueSink> engine_behind, SpoolOptions complete_options,
            SqliteStore file, const SpoolLedger::Counts& counts)
      : engine(std::move(engine_behind)),
        options(std::move(complete_options)),
        store(std::move(file)),
        ledger(options.max_envelopes, options.max_bytes, counts) {}

  const std::shared_ptr<QueueSink> engine;
  const SpoolOptions options;
  const SqliteStore store;
  SpoolLedger ledger;
  EngineHealth health = {};
  std::atomic<std::uint64_t> drained = 0;
};

/// Whether the engine has it.
[[nodiscard]] inline bool IsAccepted(const absl::Status& outcome) {
  return outcome.ok() || absl::IsAlreadyExists(outcome);
}
/// Whether the engine will never take it.
[[nodiscard]] inline bool IsRefusedForGood(const absl::Status& outcome) {
  return absl::IsInvalidArgument(outcome);
}
/// The outcome of that envelope; one that the engine did not mention is not accepted.
[[nodiscard]] inline absl::Status OutcomeOf(const Settlement& settlement, std::size_t index) {
  if (index < settlement.outcomes.size()) return settlement.outcomes[index];
  return absl::CancelledError("the engine gave no answer");
}

}  // namespace internal
}  // namespace omni::inline v0_1

/// \file
/// The spool's thread: hands over what waits.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "components/backoff.h"
#include "components/spool/core.h"

namespace omni::inline v0_1 {
namespace internal {

/// Leases from the file, enqueues at the engine, and acknowledges what that accepted. Its loans
/// have no end: nobody else takes from the file, and they end with the process.
///
/// Thread safety: thread-safe.
class Drainer {
 public:
  explicit Drainer(std::shared_ptr<SpoolCore> core);

  /// Errors: Unavailable when no thread is left.
  absl::Status Start();
  /// Waits until it has stopped.
  void Stop();
  /// Something came into the file.
  void Wake();

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  /// What is to be done about an envelope that was handed over.
  struct Verdict {
    enum class Kind { kAcknowledge, kBury, kRetry };
    Kind kind = Kind::kRetry;
    Delivery delivery = {};
    std::string reason = {};
  };
  /// How long to do nothing.
  struct Pause {
    SteadyTime until = {};
    bool ends_by_arrival = false;
    SteadyTime earliest_end = {};  ///< by arrival
  };

  void Run();
  Pause Round();
  /// How many to hand over at once.
  [[nodiscard]] std::size_t Limit() const;
  [[nodiscard]] Settlement HandOver(const std::vector<Delivery>& deliveries) const;
  /// Whether the engine did anything about any of them.
  bool Judge(std::vector<Delivery> deliveries, const Settlement& settlement);
  /// What is withheld will wait in the file again, each for a time of its own.
  void Release();
  /// Tells the file; what it could not be told stays. Whether nothing is left.
  bool TellFile();
  bool Tell(const Verdict& verdict);
  bool AcknowledgeAll(const std::vector<Verdict>& verdicts);
  void Settle(const Verdict& verdict);
  Pause PauseAfterFailure();
  Pause PauseUntilDue();
  /// Nothing when the file does not say.
  [[nodiscard]] std::optional<std::size_t> CountWaiting() const;
  void Sleep(const Pause& pause, std::uint64_t seen);

  const std::shared_ptr<SpoolCore> core_;
  const Backoff backoff_;
  std::thread thread_;

  // The thread's own.
  std::vector<Verdict> untold_;
  /// Refused while nothing is accepted. Their loans go on, so that the next round comes to others:
  /// it may be one queue that is full, and not the engine that is down.
  std::vector<Verdict> withheld_;
  int failures_ = 0;  ///< rounds in which nothing succeeded, the last in a row
  std::priority_queue<SteadyTime, std::vector<SteadyTime>, std::greater<>> dues_;

  Mutex mutex_;
  std::condition_variable_any changed_;
  bool stopping_ OMNI_GUARDED_BY(mutex_) = false;
  std::uint64_t arrivals_ OMNI_GUARDED_BY(mutex_) = 0;
};

}  // namespace internal
}  // namespace omni::inline v0_1

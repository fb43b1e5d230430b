/// \file
/// The events of one request on their way through the claims and the queue, and what became of
/// each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/plan.h"
#include "omni/adapter.h"
#include "omni/ports/idempotency_store.h"
#include "omni/ports/observer.h"
#include "omni/ports/queue_sink.h"

namespace omni::inline v0_1 {
namespace internal {

/// How many events came to what.
struct BatchCounts {
  std::size_t accepted = 0;
  std::size_t duplicates = 0;
  std::size_t in_flight = 0;
  std::size_t failed = 0;
};

/// Thread safety: confined.
class Batch {
 public:
  /// `observed`: whether Report will be called.
  explicit Batch(bool observed) : observed_(observed) {}

  /// Adds a stamped event. `channel` outlives the batch.
  void Add(Signed<Event> event, const Channel& channel);
  [[nodiscard]] bool empty() const { return items_.empty(); }

  /// Claims the keys of all events in one call. Without a store every key is new. Equal keys within
  /// the request are one event.
  ///
  /// Errors: the store's; then nothing is claimed.
  absl::Status ClaimKeys(IdempotencyStore* store, absl::Time now, absl::Duration lease);

  /// Routes and encodes the events that this request has claimed. To be called once.
  [[nodiscard]] std::vector<Envelope> MakeEnvelopes(Authentication authentication);

  struct SettleParams {
    const Settlement& settlement;
    IdempotencyStore* store = nullptr;
    absl::Time now = absl::InfinitePast();
    absl::Duration keep = absl::ZeroDuration();
    Observer* observer = nullptr;  ///< is told what the store failed to do
  };
  /// Takes note of what the sink accepted, completes those claims and abandons the others.
  void Settle(const SettleParams& params);

  [[nodiscard]] BatchCounts Count() const;
  /// Tells the observer of each event.
  void Report(std::string_view request_id, Observer& observer) const;

 private:
  enum class Outcome { kFailed, kAccepted, kDuplicate, kInFlight };
  /// What an observer will be told, kept apart because the event is taken to pieces.
  struct Told {
    std::string event_id = {};
    std::string key_hash = {};
    std::string queue = {};
  };
  struct Item {
    Signed<Event> event;
    const Channel* channel;
    Told told = {};
    bool repeated = false;  ///< has the key of an earlier one
    bool claimed = false;
    IdempotencyStore::Held held = {};    ///< of a claimed one, where there is a store
    Outcome outcome = Outcome::kFailed;  ///< until it is known better
    std::string reason = "not_reached";
  };

  void MarkRepeated();
  static void TakeClaim(Item& item, const Claim& claim, std::string key);
  static void TakeOutcome(Item& item, const absl::Status& outcome);
  [[nodiscard]] Envelope MakeEnvelope(Item& item, Authentication authentication) const;

  const bool observed_;
  std::vector<Item> items_;
};

}  // namespace internal
}  // namespace omni::inline v0_1

/// \file
/// The events of one request on their way through the claims and the queue, and what became of
/// each.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/carried.h"
#include "gateway/claims.h"
#include "gateway/plan.h"
#include "omni/adapter.h"
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

/// The queue of an event, and its ordering key.
struct Destination {
  std::string queue = {};
  std::string group = {};
};
/// Where the channel's adapter sends the event.
[[nodiscard]] Destination RouteEvent(const Channel& channel, const Signed<Event>& event);
/// The same, of an event that has been encoded: what can be moved out of it is not copied.
[[nodiscard]] Destination TakeRoute(const Channel& channel, Signed<Event>& event);

/// The key under which a part is claimed. It is done when the part is kept; the message that the
/// part is joined into has a key of its own.
[[nodiscard]] std::string PartClaimKey(std::string_view dedupe_key);

/// Thread safety: confined.
class Batch {
 public:
  /// `observed`: whether Report will be called.
  explicit Batch(bool observed) : observed_(observed) {}

  /// Adds a stamped event. Lifetime: it is there until MakeEnvelopes has taken it to pieces;
  /// `channel` outlives the batch.
  void Add(Signed<Event>& event, const Channel& channel, Authentication authentication);
  /// Adds a part of a longer message, as Add: it is claimed as itself, and goes to the fragment
  /// store instead of the queue. Lifetime: it outlives the batch.
  void AddPart(InboundEvent& inbound, const Channel& channel, Authentication authentication);
  /// Adds an event that nobody else keeps; its index.
  std::size_t AddOwned(Signed<Event> event, const Channel& channel, Authentication authentication);
  /// As AddOwned, for an event whose channel is not configured any more.
  std::size_t AddTo(Destination destination, Signed<Event> event, Authentication authentication);
  [[nodiscard]] bool empty() const { return items_.empty(); }

  /// Adds the keys of what was added since the last time. Equal keys within the request are one
  /// event.
  void AddKeys(Claims& claims);
  /// Takes note of what Begin said of these keys. `began`: whether it said anything.
  void TakeClaims(const Claims& claims, bool began);

  /// A part that this request has claimed.
  struct ClaimedPart {
    std::size_t item = 0;
    const Signed<Event>* event = nullptr;
    const MessagePart* part = nullptr;
    const Channel* channel = nullptr;
    Authentication authentication = Authentication::kNone;
  };
  /// Lifetime: until the batch changes.
  [[nodiscard]] std::vector<ClaimedPart> ClaimedParts() const;
  /// The claim of each part, by its event's key.
  [[nodiscard]] std::vector<std::pair<std::string_view, std::size_t>> PartClaims() const;
  /// What became of a part: OK, it is durable.
  void SettlePart(std::size_t item, const absl::Status& outcome);
  /// The part goes to the queue after all, by itself.
  void ReleasePart(std::size_t item) { items_[item].part = nullptr; }

  /// What an event that this request has claimed brings to the history, made of it before it is
  /// taken to pieces.
  struct ItemEntry {
    std::size_t item = 0;
    HistoryEntry entry = {};
  };
  [[nodiscard]] std::vector<ItemEntry> MakeHistoryEntries() const;
  /// Routes and encodes the events that this request has claimed, each with what it carries. To be
  /// called once.
  [[nodiscard]] Envelopes MakeEnvelopes(const CarriedHeaders& carried);

  /// Takes note of what the sink accepted.
  void Settle(const Settlement& settlement);
  /// Completes the claims of what is durable.
  void CompleteClaims(absl::Duration keep, Claims& claims) const;

  /// Whether the event is in the queue, by this request or by another.
  [[nodiscard]] bool IsQueued(std::size_t item) const;
  /// Whether any event is new, not delivered by another request before.
  [[nodiscard]] bool HasNew() const;
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
    /// Moving one costs more than all that is done with it here.
    Signed<Event>* signed_event = nullptr;
    /// Null: it is gone, and `destination` says where the event goes.
    const Channel* channel = nullptr;
    Authentication authentication = Authentication::kNone;
    Destination destination = {};
    const MessagePart* part = nullptr;
    Told told = {};
    std::optional<std::size_t> repeats = {};  ///< the earlier item that has the same key
    bool claimed = false;
    std::size_t claim = 0;               ///< its index in the claims, unless it is a repetition
    Outcome outcome = Outcome::kFailed;  ///< until it is known better
    std::string reason = "not_reached";

    [[nodiscard]] const Event& event() const { return **signed_event; }
  };

  Item& AddItem(Signed<Event>& event, const Channel* channel, Authentication authentication);
  Signed<Event>& Own(Signed<Event> event);
  void MarkRepeated();
  static void TakeClaim(Item& item, ClaimState state);
  static void TakeOutcome(Item& item, const absl::Status& outcome);
  void FillEnvelope(Item& item, const CarriedHeaders& carried, Envelope& envelope) const;

  const bool observed_;
  absl::InlinedVector<Item, 1> items_;  // as a rule there is one
  std::vector<std::unique_ptr<Signed<Event>>> owned_;
  std::size_t keyed_ = 0;    ///< AddKeys has come this far
  std::size_t claimed_ = 0;  ///< TakeClaims has come this far
};

}  // namespace internal
}  // namespace omni::inline v0_1

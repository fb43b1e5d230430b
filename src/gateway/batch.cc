#include "gateway/batch.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "gateway/authentication_word.h"
#include "gateway/errors.h"
#include "omni/codec.h"
#include "omni/error.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::size_t kReportedHashLength = 16;

/// What has no ordering key is ordered within its account.
void RequireGroup(const Event& event, Destination& to) {
  if (to.group.empty()) to.group.append(event.carrier).append(":").append(event.account);
}

}  // namespace

Destination RouteEvent(const Channel& channel, const Signed<Event>& event) {
  RouteKey key = channel.adapter->Route({.event = event});
  Destination to = {.group = key.group(*event)};
  to.queue = std::move(key).TakeQueue();
  RequireGroup(*event, to);
  return to;
}

Destination TakeRoute(const Channel& channel, Signed<Event>& event) {
  RouteKey key = channel.adapter->Route({.event = event});
  Destination to;
  if (key.groups_by_conversation()) {
    event.Amend([&to](Event& spent) { to.group = std::move(spent.conversation); });
  } else {
    to.group = std::move(key).TakeGroup();
  }
  to.queue = std::move(key).TakeQueue();  // NOLINT(bugprone-use-after-move): its other half
  RequireGroup(*event, to);
  return to;
}

std::string PartClaimKey(std::string_view dedupe_key) {
  return std::string("part:").append(dedupe_key);
}

Batch::Item& Batch::AddItem(Signed<Event>& event, const Channel* channel,
                            Authentication authentication) {
  Item& item = items_.emplace_back();
  item.signed_event = &event;
  item.channel = channel;
  item.authentication = authentication;
  if (observed_) {
    item.told.event_id = event->id;
    item.told.key_hash =
        HexEncode(AsView(Sha256(event->dedupe_key))).substr(0, kReportedHashLength);
  }
  return item;
}

Signed<Event>& Batch::Own(Signed<Event> event) {
  return *owned_.emplace_back(std::make_unique<Signed<Event>>(std::move(event)));
}

void Batch::Add(Signed<Event>& event, const Channel& channel, Authentication authentication) {
  AddItem(event, &channel, authentication);
}

void Batch::AddPart(InboundEvent& inbound, const Channel& channel, Authentication authentication) {
  AddItem(inbound.event, &channel, authentication).part = &*inbound.part;
}

std::size_t Batch::AddOwned(Signed<Event> event, const Channel& channel,
                            Authentication authentication) {
  AddItem(Own(std::move(event)), &channel, authentication);
  return items_.size() - 1;
}

std::size_t Batch::AddTo(Destination destination, Signed<Event> event,
                         Authentication authentication) {
  AddItem(Own(std::move(event)), nullptr, authentication).destination = std::move(destination);
  return items_.size() - 1;
}

void Batch::MarkRepeated() {
  if (items_.size() == 1) return;
  absl::flat_hash_map<std::pair<absl::string_view, bool>, std::size_t> firsts;
  firsts.reserve(items_.size());
  for (std::size_t i = 0; i < items_.size(); ++i) {
    Item& item = items_[i];
    const std::pair<absl::string_view, bool> key(item.event().dedupe_key, item.part != nullptr);
    const auto [first, added] = firsts.emplace(key, i);
    if (added || i < keyed_) continue;
    item.repeats = first->second;
    item.outcome = Outcome::kDuplicate;
    item.reason = "repeated_in_request";
  }
}

void Batch::AddKeys(Claims& claims) {
  if (keyed_ == items_.size()) return;
  MarkRepeated();
  for (; keyed_ < items_.size(); ++keyed_) {
    Item& item = items_[keyed_];
    if (item.repeats) continue;
    const std::string& key = item.event().dedupe_key;
    item.claim = item.part ? claims.Add(PartClaimKey(key)) : claims.Add(key);
  }
}

void Batch::TakeClaims(const Claims& claims, bool began) {
  for (; claimed_ < keyed_; ++claimed_) {
    Item& item = items_[claimed_];
    if (item.repeats) continue;
    if (began) {
      TakeClaim(item, claims.state(item.claim));
    } else {
      item.reason = "store_unavailable";
    }
  }
}

void Batch::TakeClaim(Item& item, ClaimState state) {
  switch (state) {
    case ClaimState::kNew:
      item.claimed = true;
      break;
    case ClaimState::kDone:
      item.outcome = Outcome::kDuplicate;
      item.reason = "done_before";
      break;
    case ClaimState::kInFlight:
      item.outcome = Outcome::kInFlight;
      item.reason = "in_flight";
      break;
  }
}

std::vector<Batch::ClaimedPart> Batch::ClaimedParts() const {
  std::vector<ClaimedPart> parts;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    const Item& item = items_[i];
    if (!item.part || !item.claimed) continue;
    parts.push_back({.item = i,
                     .event = item.signed_event,
                     .part = item.part,
                     .channel = item.channel,
                     .authentication = item.authentication});
  }
  return parts;
}

std::vector<std::pair<std::string_view, std::size_t>> Batch::PartClaims() const {
  std::vector<std::pair<std::string_view, std::size_t>> claims;
  for (const Item& item : items_) {
    if (item.part && !item.repeats) claims.emplace_back(item.event().dedupe_key, item.claim);
  }
  return claims;
}

void Batch::SettlePart(std::size_t item, const absl::Status& outcome) {
  TakeOutcome(items_[item], outcome);
  if (outcome.ok()) items_[item].reason = "part_kept";
}

std::vector<Batch::ItemEntry> Batch::MakeHistoryEntries() const {
  std::vector<ItemEntry> entries;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    const Item& item = items_[i];
    if (!item.claimed || item.part || item.channel == nullptr) continue;
    const ChannelAdapter& adapter = *item.channel->adapter;
    if (!adapter.info().keeps_history) continue;
    auto entry = adapter.HistoryEntryFor({.event = item.event()});
    if (entry) entries.push_back({.item = i, .entry = *std::move(entry)});
  }
  return entries;
}

Envelopes Batch::MakeEnvelopes(const CarriedHeaders& carried) {
  Envelopes envelopes;
  envelopes.reserve(items_.size());
  for (Item& item : items_) {
    if (item.claimed && !item.part) FillEnvelope(item, carried, envelopes.emplace_back());
  }
  return envelopes;
}

void Batch::FillEnvelope(Item& item, const CarriedHeaders& carried, Envelope& envelope) const {
  AppendJson(item.event(), envelope.body);
  Destination to = item.channel != nullptr ? TakeRoute(*item.channel, *item.signed_event)
                                           : std::move(item.destination);
  if (observed_) item.told.queue = to.queue;
  envelope.queue = std::move(to.queue);
  envelope.group = std::move(to.group);
  envelope.headers = carried;
  item.signed_event->Amend([&](Event& event) {
    envelope.dedupe_key = std::move(event.dedupe_key);
    envelope.event_id = std::move(event.id);
  });
  // Tells consumers how much an event is to be believed.
  if (item.authentication != Authentication::kVerified) {
    envelope.headers.emplace_back("omni-authentication", AuthenticationWord(item.authentication));
  }
}

void Batch::Settle(const Settlement& settlement) {
  static const auto& unsaid = *new absl::Status(absl::CancelledError("nothing was said of it"));
  std::size_t position = 0;
  for (Item& item : items_) {
    if (!item.claimed || item.part) continue;
    const bool said = position < settlement.outcomes.size();
    TakeOutcome(item, said ? settlement.outcomes[position] : unsaid);
    ++position;
  }
}

void Batch::CompleteClaims(absl::Duration keep, Claims& claims) const {
  for (const Item& item : items_) {
    if (item.claimed && item.outcome != Outcome::kFailed) claims.Complete(item.claim, keep);
  }
}

bool Batch::IsQueued(std::size_t item) const {
  const Item& asked = items_[item];
  const Outcome outcome = asked.repeats ? items_[*asked.repeats].outcome : asked.outcome;
  return outcome == Outcome::kAccepted || outcome == Outcome::kDuplicate;
}

bool Batch::HasNew() const {
  return std::any_of(items_.begin(), items_.end(), [](const Item& item) { return item.claimed; });
}

void Batch::TakeOutcome(Item& item, const absl::Status& outcome) {
  if (outcome.ok()) {
    item.outcome = Outcome::kAccepted;
    item.reason = "ok";
  } else if (absl::IsAlreadyExists(outcome)) {
    item.outcome = Outcome::kDuplicate;
    item.reason = "in_queue_before";
  } else {
    item.outcome = Outcome::kFailed;
    item.reason = GetErrorDetail(outcome).reason;
  }
}

BatchCounts Batch::Count() const {
  BatchCounts counts;
  for (const Item& item : items_) {
    switch (item.outcome) {
      case Outcome::kFailed:
        ++counts.failed;
        break;
      case Outcome::kAccepted:
        ++counts.accepted;
        break;
      case Outcome::kDuplicate:
        ++counts.duplicates;
        break;
      case Outcome::kInFlight:
        ++counts.in_flight;
        break;
    }
  }
  return counts;
}

void Batch::Report(std::string_view request_id, Observer& observer) const {
  if (!observed_) return;
  constexpr std::string_view kNames[] = {"failed", "accepted", "duplicate", "in_flight"};
  for (const Item& item : items_) {
    observer.OnEvent({.request_id = request_id,
                      .event_id = item.told.event_id,
                      .dedupe_key_hash = item.told.key_hash,
                      .queue = item.told.queue,
                      .outcome = kNames[static_cast<std::size_t>(item.outcome)],
                      .reason = item.reason});
  }
}

}  // namespace internal
}  // namespace omni::inline v0_1

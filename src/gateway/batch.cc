#include "gateway/batch.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "gateway/errors.h"
#include "omni/codec.h"
#include "omni/error.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::size_t kReportedHashLength = 16;

/// The header that tells consumers how much an event is to be believed; null for a proved one.
std::string_view AuthenticationHeader(Authentication authentication) {
  switch (authentication) {
    case Authentication::kShadow:
      return "shadow";
    case Authentication::kInsecure:
      return "insecure";
    case Authentication::kNone:
    case Authentication::kVerified:
    case Authentication::kRejected:
      break;
  }
  return {};
}

}  // namespace

void Batch::Add(Signed<Event> event, const Channel& channel) {
  items_.push_back({.event = std::move(event), .channel = &channel});
}

std::vector<Batch::Item*> Batch::DistinctItems() {
  std::vector<Item*> distinct;
  distinct.reserve(items_.size());
  absl::flat_hash_set<absl::string_view> keys;
  for (Item& item : items_) {
    if (items_.size() == 1 || keys.insert(item.event->dedupe_key).second) {
      distinct.push_back(&item);
    } else {
      item.outcome = Outcome::kDuplicate;
      item.reason = "repeated_in_request";
    }
  }
  return distinct;
}

absl::Status Batch::Claim(IdempotencyStore* store, absl::Time now, absl::Duration lease) {
  const std::vector<Item*> items = DistinctItems();
  if (store == nullptr) {
    for (Item* item : items) item->claimed = true;
    return absl::OkStatus();
  }
  std::vector<std::string> keys;
  keys.reserve(items.size());
  for (const Item* item : items) keys.push_back(item->event->dedupe_key);
  auto claims = store->Begin({.keys = keys, .now = now, .lease = lease});
  if (claims.ok() && claims->size() != items.size()) {
    claims = absl::InternalError("the idempotency store answered for another number of keys");
  }
  if (!claims.ok()) {
    for (Item* item : items) item->reason = "store_unavailable";
    return std::move(claims).status();
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    Item& item = *items[i];
    switch ((*claims)[i].state) {
      case ClaimState::kNew:
        item.claimed = true;
        item.token = (*claims)[i].token;
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
  return absl::OkStatus();
}

std::vector<Envelope> Batch::MakeEnvelopes(Authentication authentication) {
  std::vector<Envelope> envelopes;
  envelopes.reserve(items_.size());
  for (Item& item : items_) {
    if (item.claimed) envelopes.push_back(MakeEnvelope(item, authentication));
  }
  return envelopes;
}

Envelope Batch::MakeEnvelope(Item& item, Authentication authentication) {
  const Event& event = *item.event;
  const RouteKey route = item.channel->adapter->Route({.event = item.event});
  item.queue = route.queue();
  Envelope envelope{.queue = route.queue(),
                    .group = route.group(),
                    .dedupe_key = event.dedupe_key,
                    .event_id = event.id,
                    .body = ToJson(event)};
  if (envelope.group.empty()) {
    envelope.group.append(event.carrier).append(":").append(event.account);
  }
  if (const std::string_view value = AuthenticationHeader(authentication); !value.empty()) {
    envelope.headers.emplace_back("omni-authentication", value);
  }
  return envelope;
}

void Batch::Settle(const SettleParams& params) {
  std::vector<IdempotencyStore::Held> completed;
  std::vector<IdempotencyStore::Held> abandoned;
  std::size_t position = 0;
  for (Item& item : items_) {
    if (!item.claimed) continue;
    const auto& outcomes = params.settlement.outcomes;
    const absl::Status outcome = position < outcomes.size()
                                     ? outcomes[position]
                                     : absl::CancelledError("the sink said nothing of it");
    ++position;
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
    auto& held = item.outcome == Outcome::kFailed ? abandoned : completed;
    held.push_back({.key = item.event->dedupe_key, .token = item.token});
  }
  if (params.store == nullptr) return;
  const auto warn = [&](const absl::Status& status, std::string_view reason,
                        std::string_view message) {
    if (!status.ok() && params.observer != nullptr) params.observer->OnWarning(reason, message);
  };
  if (!completed.empty()) {
    warn(params.store->Complete({.claims = completed, .now = params.now, .keep = params.keep}),
         "complete_failed", "the idempotency store did not complete a claim");
  }
  if (!abandoned.empty()) {
    warn(params.store->Abandon({.claims = abandoned}), "abandon_failed",
         "the idempotency store did not abandon a claim");
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
  constexpr std::string_view kNames[] = {"failed", "accepted", "duplicate", "in_flight"};
  for (const Item& item : items_) {
    const std::string hash =
        HexEncode(AsView(Sha256(item.event->dedupe_key))).substr(0, kReportedHashLength);
    observer.OnEvent({.request_id = request_id,
                      .event_id = item.event->id,
                      .dedupe_key_hash = hash,
                      .queue = item.queue,
                      .outcome = kNames[static_cast<std::size_t>(item.outcome)],
                      .reason = item.reason});
  }
}

}  // namespace internal
}  // namespace omni::inline v0_1

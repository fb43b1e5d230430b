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
  Told told;
  if (observed_) {
    told.event_id = event->id;
    told.key_hash = HexEncode(AsView(Sha256(event->dedupe_key))).substr(0, kReportedHashLength);
  }
  items_.push_back({.event = std::move(event), .channel = &channel, .told = std::move(told)});
}

void Batch::MarkRepeated() {
  if (items_.size() == 1) return;
  absl::flat_hash_set<absl::string_view> keys;
  keys.reserve(items_.size());
  for (Item& item : items_) {
    item.repeated = !keys.insert(item.event->dedupe_key).second;
    if (!item.repeated) continue;
    item.outcome = Outcome::kDuplicate;
    item.reason = "repeated_in_request";
  }
}

absl::Status Batch::ClaimKeys(IdempotencyStore* store, absl::Time now, absl::Duration lease) {
  MarkRepeated();
  if (store == nullptr) {
    for (Item& item : items_) item.claimed = !item.repeated;
    return absl::OkStatus();
  }
  std::vector<std::string> keys;
  keys.reserve(items_.size());
  for (const Item& item : items_) {
    if (!item.repeated) keys.push_back(item.event->dedupe_key);
  }
  auto claims = store->Begin({.keys = keys, .now = now, .lease = lease});
  if (claims.ok() && claims->size() != keys.size()) {
    claims = absl::InternalError("the idempotency store answered for another number of keys");
  }
  std::size_t position = 0;
  for (Item& item : items_) {
    if (item.repeated) continue;
    if (claims.ok()) {
      TakeClaim(item, (*claims)[position], std::move(keys[position]));
    } else {
      item.reason = "store_unavailable";
    }
    ++position;
  }
  return claims.status();
}

void Batch::TakeClaim(Item& item, const Claim& claim, std::string key) {
  switch (claim.state) {
    case ClaimState::kNew:
      item.claimed = true;
      item.held = {.key = std::move(key), .token = claim.token};
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

std::vector<Envelope> Batch::MakeEnvelopes(Authentication authentication) {
  std::vector<Envelope> envelopes;
  envelopes.reserve(items_.size());
  for (Item& item : items_) {
    if (item.claimed) envelopes.push_back(MakeEnvelope(item, authentication));
  }
  return envelopes;
}

Envelope Batch::MakeEnvelope(Item& item, Authentication authentication) const {
  auto [queue, group] = item.channel->adapter->Route({.event = item.event}).Take();
  if (observed_) item.told.queue = queue;
  Envelope envelope{
      .queue = std::move(queue), .group = std::move(group), .body = ToJson(*item.event)};
  item.event.Amend([&](Event& event) {
    envelope.dedupe_key = std::move(event.dedupe_key);
    envelope.event_id = std::move(event.id);
  });
  if (envelope.group.empty()) {
    envelope.group.append(item.event->carrier).append(":").append(item.event->account);
  }
  if (const std::string_view value = AuthenticationHeader(authentication); !value.empty()) {
    envelope.headers.emplace_back("omni-authentication", value);
  }
  return envelope;
}

void Batch::Settle(const SettleParams& params) {
  static const auto& unsaid = *new absl::Status(absl::CancelledError("nothing was said of it"));
  const std::vector<absl::Status>& outcomes = params.settlement.outcomes;
  std::vector<IdempotencyStore::Held> completed;
  std::vector<IdempotencyStore::Held> abandoned;
  std::size_t position = 0;
  for (Item& item : items_) {
    if (!item.claimed) continue;
    TakeOutcome(item, position < outcomes.size() ? outcomes[position] : unsaid);
    ++position;
    (item.outcome == Outcome::kFailed ? abandoned : completed).push_back(std::move(item.held));
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

void Batch::TakeOutcome(Item& item, const absl::Status& outcome) {
  if (outcome.ok()) {
    item.outcome = Outcome::kAccepted;
    item.reason = "ok";
  } else if (absl::IsAlreadyExists(outcome)) {
    item.outcome = Outcome::kDuplicate;
    item.reason = "in_queue_before";
  } else {
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

// Bugs of events: wrong members, and keys that tell too little or too much.

#include <string>
#include <string_view>

#include "conformance/planted_bugs.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using Params = ChannelAdapter::NormalizeParams;

/// A bug that changes each event.
std::function<ToyHooks()> Changes(void (*change)(Event& event)) {
  return [change] {
    return ToyHooks{.event = [change](InboundEvent& inbound, JsonValue, const Params&) {
      inbound.event.Amend(change);
    }};
  };
}

/// A bug that makes the dedupe key from something else.
std::function<ToyHooks()> Identifies(std::string (*identity)(const Event& event)) {
  return [identity] {
    return ToyHooks{.event = [identity](InboundEvent& inbound, JsonValue, const Params&) {
      inbound.identity = identity(*inbound.event);
    }};
  };
}

std::string FirstTo(const Event& event) {
  return event.to.empty() ? std::string() : event.to.front().address;
}
std::string State(const Event& event) {
  return event.status ? event.status->carrier_value : std::string();
}

void KeyOfAttempt(InboundEvent& inbound, JsonValue, const Params& params) {
  inbound.identity =
      inbound.event->carrier_message_id + std::string(absl::FormatTime(params.received_at));
}

void RawAlways(InboundEvent& inbound, JsonValue item, const Params&) {
  inbound.event.Amend([&](Event& event) { event.raw = RawJson::From(item); });
}

void RawNever(InboundEvent& inbound, JsonValue, const Params&) {
  inbound.event.Amend([](Event& event) { event.raw = {}; });
}

void AccountOfHeader(InboundEvent& inbound, JsonValue, const Params& params) {
  const auto account = params.request.claimed_header("X-Account");
  if (account.unverified().empty()) return;
  inbound.event.Amend([&](Event& event) { event.account = account.unverified(); });
}

void AccountOfPath(InboundEvent& inbound, JsonValue, const Params& params) {
  const auto box = params.path_params.Get("box");
  inbound.event.Amend([&](Event& event) { event.account = box.unverified(); });
}

void TimeOfReceipt(InboundEvent& inbound, JsonValue, const Params& params) {
  inbound.event.Amend([&](Event& event) {
    if (event.occurred_at == absl::InfinitePast()) event.occurred_at = params.received_at;
  });
}

}  // namespace

std::vector<PlantedBug> BugsOfMembers() {
  return {
      {"leaves numbers as the carrier spells them", "events.address", Changes([](Event& event) {
         if (event.from && event.from->address.starts_with('+')) event.from->address.erase(0, 1);
       })},
      {"names another carrier", "events.carrier",
       Changes([](Event& event) { event.carrier = "Toy Inc."; })},
      {"gives each direction a conversation of its own", "events.conversation",
       Changes([](Event& event) {
         if (event.kind == EventKind::kStatus) event.conversation = "toy:" + FirstTo(event);
       })},
      {"calls statuses inbound", "events.direction",
       Changes([](Event& event) { event.direction = Direction::kInbound; })},
      {"keeps a detail that is no JSON", "events.json", Changes([](Event& event) {
         if (event.notice) event.notice->detail.text = "{sky: blue}";
       })},
      {"keeps the raw object unasked", "events.keep_raw",
       [] { return ToyHooks{.event = RawAlways}; }},
      {"drops the raw object that was asked for", "events.keep_raw",
       [] { return ToyHooks{.event = RawNever}; }},
      {"leaves a status without its member", "events.shape",
       Changes([](Event& event) { event.status.reset(); })},
      {"stamps the tenant itself", "events.stamps",
       Changes([](Event& event) { event.tenant = "default"; })},
      {"drops the carrier's own word for a status", "events.status", Changes([](Event& event) {
         if (event.status) event.status->carrier_value.clear();
       })},
      {"takes `delivered` for `queued`", "events.status", Changes([](Event& event) {
         if (event.status && event.status->value == StatusValue::kDelivered) {
           event.status->value = StatusValue::kQueued;
         }
       })},
      {"reads seconds as milliseconds", "events.time", Changes([](Event& event) {
         if (event.occurred_at == absl::InfinitePast()) return;
         event.occurred_at = absl::FromUnixMillis(absl::ToUnixSeconds(event.occurred_at));
       })},
  };
}

std::vector<PlantedBug> BugsOfKeys() {
  return {
      {"takes the time of receipt for the carrier's", "state.receipt_time",
       [] { return ToyHooks{.event = TimeOfReceipt}; }},
      {"keys events by their account", "dedupe.distinct",
       Identifies([](const Event& event) { return event.account; })},
      {"keys messages by their sender", "dedupe.id", Identifies([](const Event& event) {
         return event.from ? event.from->address + State(event) : std::string();
       })},
      {"keys statuses without the recipient", "dedupe.recipient",
       Identifies([](const Event& event) { return event.carrier_message_id + State(event); })},
      {"keys statuses without the status", "dedupe.status",
       Identifies([](const Event& event) { return event.carrier_message_id + FirstTo(event); })},
      {"keys events by the time of receipt", "dedupe.redelivery",
       [] { return ToyHooks{.event = KeyOfAttempt}; }},
      {"takes the account from a header", "coverage.uncovered_header",
       [] { return ToyHooks{.event = AccountOfHeader}; }},
      {"takes the account from a path that is not covered", "coverage.uncovered_url",
       [] { return ToyHooks{.event = AccountOfPath}; }},
      {"cuts long texts", "vector.events", Changes([](Event& event) {
         if (event.message) event.message->text = event.message->text.substr(0, 12);
       })},
  };
}

}  // namespace testing
}  // namespace omni::inline v0_1

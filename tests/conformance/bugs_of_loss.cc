// Bugs that lose what a carrier told, or choke on it.

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "conformance/planted_bugs.h"
#include "conformance/toy_items.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using Result = absl::StatusOr<InboundResult>;
using Params = ChannelAdapter::NormalizeParams;

/// A bug that changes the result, when there is one.
std::function<ToyHooks()> Changes(void (*change)(InboundResult& result)) {
  return [change] {
    return ToyHooks{.result = [change](Result& result, const Params&) {
      if (result.ok()) change(*result);
    }};
  };
}

/// A bug that changes each event, by its item.
std::function<ToyHooks()> ChangesEvents(void (*change)(Event& event, JsonValue item)) {
  return [change] {
    return ToyHooks{.event = [change](InboundEvent& inbound, JsonValue item, const Params&) {
      inbound.event.Amend([&](Event& event) { change(event, item); });
    }};
  };
}

template <class Predicate>
void Drop(InboundResult& result, Predicate dropped) {
  InboundEvents kept;
  for (InboundEvent& inbound : result.events) {
    if (!dropped(*inbound.event)) kept.push_back(std::move(inbound));
  }
  result.events = std::move(kept);
}

void Empty(Result& result, const Params&) {
  if (!result.ok()) result = InboundResult{.ack = HttpResponse::Json(200, "{}")};
}

void Fault(Result& result, const Params&) {
  if (!result.ok()) result = absl::InternalError("the parser gave up");
}

// What is beyond the limit is cut off.
void CutOff(Result& result, const Params& params) {
  if (result.ok() || !absl::IsResourceExhausted(result.status())) return;
  Params more = params;
  more.max_events = 1'000'000;
  result = ReadToyRequest(more, nullptr);
  if (result.ok() && result->events.size() > params.max_events) {
    result->events.erase(result->events.begin() + static_cast<std::ptrdiff_t>(params.max_events),
                         result->events.end());
  }
}

void Number(Event&, JsonValue item) {
  const std::string id(item["id"].scalar());
  if (id.size() > 2) static_cast<void>(std::stoi(id.substr(2)));
}

// One item that is no object, and none counts.
void AllOrNothing(Result& result, const Params&) {
  if (!result.ok()) return;
  for (const InboundEvent& inbound : result->events) {
    const auto& notice = inbound.event->notice;
    if (notice && !notice->detail.text.starts_with('{')) {
      result = InvalidPayloadError("expected an object", "items");
      return;
    }
  }
}

}  // namespace

std::vector<PlantedBug> BugsOfLoss() {
  return {
      {"reads only the first element", "loss.batch", Changes([](InboundResult& result) {
         if (result.events.size() > 1) {
           result.events.erase(result.events.begin() + 1, result.events.end());
         }
       })},
      {"reads at most ten elements", "loss.batch", Changes([](InboundResult& result) {
         if (result.events.size() > 10) {
           result.events.erase(result.events.begin() + 10, result.events.end());
         }
       })},
      {"puts the newest first", "loss.batch_order", Changes([](InboundResult& result) {
         std::reverse(result.events.begin(), result.events.end());
       })},
      {"sorts statuses behind messages", "vector.order", Changes([](InboundResult& result) {
         std::stable_sort(result.events.begin(), result.events.end(),
                          [](const InboundEvent& a, const InboundEvent& b) {
                            return a.event->kind < b.event->kind;
                          });
       })},
      {"cuts a batch off where it is too long", "loss.max_events",
       [] { return ToyHooks{.result = CutOff}; }},
      {"refuses a batch for one odd element", "loss.odd_element",
       [] { return ToyHooks{.result = AllOrNothing}; }},
      {"skips elements that are no objects", "loss.odd_element", Changes([](InboundResult& result) {
         Drop(result, [](const Event& event) {
           return event.notice && !event.notice->detail.text.starts_with('{');
         });
       })},
  };
}

std::vector<PlantedBug> BugsOfOddBodies() {
  return {
      {"drops what it does not know without a word", "loss.told",
       Changes([](InboundResult& result) {
         Drop(result, [](const Event& event) { return event.kind == EventKind::kNotice; });
       })},
      {"loses an unknown type", "loss.unknown_type", Changes([](InboundResult& result) {
         Drop(result, [](const Event& event) {
           return event.notice && event.notice->subject.starts_with("omni");
         });
       })},
      {"takes an unknown type for a text", "loss.unknown_type",
       ChangesEvents([](Event& event, JsonValue item) {
         if (event.kind != EventKind::kNotice || item["text"].text().empty()) return;
         event.kind = EventKind::kMessage;
         event.notice.reset();
         event.message =
             Message{.type = MessageType::kText, .text = std::string(item["text"].text())};
         event.conversation = "toy:";
       })},
      {"takes an unknown status for a failure", "loss.unknown_status",
       ChangesEvents([](Event& event, JsonValue) {
         if (event.status && event.status->value == StatusValue::kUnknown) {
           event.status->value = StatusValue::kFailed;
         }
       })},
      {"answers a body that it cannot read with 500", "hostile.status",
       [] { return ToyHooks{.result = Fault}; }},
      {"acknowledges a body that it cannot read", "hostile.unreadable",
       [] { return ToyHooks{.result = Empty}; }},
      {"makes events without a kind of what it does not expect", "hostile.shape",
       ChangesEvents([](Event& event, JsonValue item) {
         if (!item.is_object()) event.kind = EventKind::kUnknown;
       })},
      {"throws at an id that is no number", "calls.exception", ChangesEvents(Number)},
  };
}

}  // namespace testing
}  // namespace omni::inline v0_1

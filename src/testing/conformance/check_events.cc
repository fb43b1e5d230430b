// Events as consumers rely on them.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "omni/codec.h"
#include "omni/event.h"
#include "omni/support/phone.h"
#include "testing/conformance/checks.h"
#include "testing/conformance/stamp.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

constexpr std::int64_t kEarliest = 946684800;  // 2000-01-01: no webhook is older
constexpr absl::Duration kAhead = absl::Hours(48);

bool IsShaped(const Event& event) {
  return event.kind != EventKind::kUnknown &&
         event.message.has_value() == (event.kind == EventKind::kMessage) &&
         event.status.has_value() == (event.kind == EventKind::kStatus) &&
         event.notice.has_value() == (event.kind == EventKind::kNotice) &&
         (!event.notice || !event.notice->type.empty());
}

bool IsNormalized(const Address& address) {
  if (address.address.empty()) return false;
  if (MakeAddress(address.address).address == address.address) return true;
  // An id of digits that the carrier's prefix marks as none of a phone: `messenger:104412345678`.
  return MakeAddress(address.carrier_id).address == address.address;
}

bool IsDirected(const Event& event) {
  if (event.kind == EventKind::kStatus) return event.direction == Direction::kOutbound;
  return event.kind != EventKind::kMessage || event.direction != Direction::kUnknown;
}

void CheckEvent(Subject& subject, const Event& event) {
  const std::string& carrier = subject.adapter().info().name;
  subject.Expect(IsShaped(event), "events.shape",
                 [] { return "kind and members do not go together"; });
  subject.Expect(event.carrier.empty() || event.carrier == carrier, "events.carrier",
                 [&] { return "the carrier is " + event.carrier; });
  subject.Expect(!event.channel.empty(), "events.carrier", [] { return "there is no channel"; });
  subject.Expect(event.id.empty() && event.tenant.empty() && event.dedupe_key.empty() &&
                     event.received_at == absl::InfinitePast(),
                 "events.stamps", [] { return "the adapter fills what the gateway stamps"; });
  subject.Expect(IsDirected(event), "events.direction",
                 [] { return "the direction is none that its kind has"; });
  const auto expect_normalized = [&](const Address& address) {
    subject.Expect(IsNormalized(address), "events.address",
                   [&] { return "not as MakeAddress has it: " + MaskDigits(address.address); });
  };
  if (event.from) expect_normalized(*event.from);
  for (const Address& address : event.to) expect_normalized(address);
  subject.Expect(event.occurred_at == absl::InfinitePast() ||
                     (event.occurred_at > absl::FromUnixSeconds(kEarliest) &&
                      event.occurred_at < subject.vector().time + kAhead),
                 "events.time", [&] { return "at " + omni::FormatTime(event.occurred_at); });
  // Of a status that names no recipient, no conversation can be told.
  const bool has_recipient = !event.to.empty();
  if (event.kind == EventKind::kMessage || (event.kind == EventKind::kStatus && has_recipient)) {
    subject.Expect(event.conversation.starts_with(carrier + ":"), "events.conversation",
                   [&] { return "there is no conversation of " + carrier; });
  }
  if (event.status) {
    subject.Expect(!event.status->carrier_value.empty(), "events.status",
                   [] { return "the carrier's own word is lost"; });
  }
}

void CheckRaw(Subject& subject) {
  for (const bool keep : {false, true}) {
    const auto result =
        subject.Normalize(subject.genuine(), {.coverage = subject.proof()->coverage,
                                              .keep_raw = keep,
                                              .received_at = subject.genuine().now});
    if (!result.ok()) continue;
    for (const InboundEvent& inbound : result->events) {
      subject.Expect(inbound.event->raw.empty() != keep, "events.keep_raw",
                     [&] { return keep ? "the raw object is missing" : "raw although not asked"; });
    }
    InboundResult stripped = *result;
    for (InboundEvent& inbound : stripped.events) {
      inbound.event.Amend([](Event& event) { event.raw = {}; });
    }
    subject.Expect(DescribeEvents(stripped) == DescribeEvents(*subject.result()), "events.keep_raw",
                   [] { return "the events differ in more than raw"; });
  }
}

const Subject* FindSubject(const std::vector<Subject>& subjects, std::string_view name) {
  for (const Subject& subject : subjects) {
    if (subject.vector().name == name && subject.result() != nullptr) return &subject;
  }
  return nullptr;
}

std::vector<std::string> Conversations(const Subject& subject) {
  std::vector<std::string> conversations;
  conversations.reserve(subject.result()->events.size());
  for (const InboundEvent& inbound : subject.result()->events) {
    conversations.push_back(inbound.event->conversation);
  }
  std::sort(conversations.begin(), conversations.end());
  conversations.erase(std::unique(conversations.begin(), conversations.end()), conversations.end());
  return conversations;
}

std::vector<std::string> Keys(const Subject& subject) {
  std::vector<std::string> keys;
  keys.reserve(subject.result()->events.size());
  Stamper stamper(subject.NewAdapter(), subject.vector().channel);
  for (const Envelope& envelope : stamper.Stamp(*subject.result())) {
    keys.push_back(envelope.dedupe_key);
  }
  return keys;
}

void CheckRank(Subject& later, const Subject& earlier) {
  const InboundResult& next = *later.result();
  const InboundResult& current = *earlier.result();
  if (next.events.empty() || current.events.empty()) return;
  const auto& to = next.events.front().event->status;
  const auto& from = current.events.front().event->status;
  later.Expect(
      to && from && MayReplace(from->value, to->value) && !MayReplace(to->value, from->value),
      "events.status", [&] { return "does not supersede the status of " + earlier.vector().name; });
}

}  // namespace

void CheckEvents(Subject& subject) {
  if (subject.result() == nullptr) return;
  for (const InboundEvent& inbound : subject.result()->events) CheckEvent(subject, *inbound.event);
  CheckRaw(subject);
}

void CheckRelations(std::vector<Subject>& subjects) {
  for (Subject& subject : subjects) {
    if (subject.result() == nullptr) continue;
    const Expectation& expect = subject.vector().expect;
    if (const auto* other = FindSubject(subjects, expect.same_conversation_as); other != nullptr) {
      subject.Expect(Conversations(subject) == Conversations(*other), "events.conversation",
                     [&] { return "not the conversation of " + other->vector().name; });
    }
    if (const auto* other = FindSubject(subjects, expect.same_events_as); other != nullptr) {
      subject.Expect(Keys(subject) == Keys(*other), "dedupe.redelivery",
                     [&] { return "not the keys of " + other->vector().name; });
    }
    if (const auto* other = FindSubject(subjects, expect.supersedes); other != nullptr) {
      CheckRank(subject, *other);
    }
  }
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

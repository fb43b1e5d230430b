// Keys: the same for a redelivery, another for anything else.

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "omni/codec.h"
#include "testing/conformance/checks.h"
#include "testing/conformance/edits.h"
#include "testing/conformance/stamp.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

constexpr std::size_t kMostElements = 8;
constexpr std::size_t kFirstNewId = 9'000;

std::vector<std::string> KeysOfResult(Stamper& stamper, const InboundResult& result) {
  std::vector<std::string> keys;
  keys.reserve(result.events.size());
  for (const Envelope& envelope : stamper.Stamp(result)) keys.push_back(envelope.dedupe_key);
  return keys;
}

// Two events that say different things must not have one key: the second would be dropped.
void CheckDistinct(Subject& subject, const std::vector<std::string>& keys) {
  std::map<std::string, std::string> said;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::string json = ToJson(*subject.result()->events[i].event);
    const auto [place, first] = said.emplace(keys[i], json);
    subject.Expect(first || place->second == json, "dedupe.distinct",
                   [] { return "two different events of one request have one key"; });
    subject.Expect(!keys[i].empty(), "dedupe.distinct", [] { return "an event has no key"; });
  }
}

// A change that makes it another event.
struct Change {
  std::string_view check;
  std::string_view what;
  std::string_view pointer;
  std::string_view value;
};

// The vector must name a value that is not there already.
void ExpectAnother(Subject& subject, JsonTree& element, const Change& change) {
  const JsonTree* const node = change.pointer.empty() ? nullptr : element.Find(change.pointer);
  if (node == nullptr) return;
  subject.Expect(node->text != change.value, "vector.intermediate", [&] {
    return "the other " + std::string(change.what) + " is the one that stands there";
  });
}

void ExpectOtherKey(Subject& subject, Stamper& stamper, const Content& content,
                    const std::vector<std::string>& before, const Change& change) {
  const auto result = subject.Normalize(Saying(subject, content));
  if (!result.ok()) return;
  const std::vector<std::string> keys = KeysOfResult(stamper, *result);
  const bool other = std::any_of(keys.begin(), keys.end(), [&](const std::string& key) {
    return std::find(before.begin(), before.end(), key) == before.end();
  });
  subject.Expect(other, change.check,
                 [&] { return "the key is the same with another " + std::string(change.what); });
}

void CheckChanges(Subject& subject, Stamper& stamper, const std::vector<std::string>& before) {
  const Where& where = subject.vector().where;
  const auto content = Content::Of(subject.genuine().request, where.in_query);
  if (!content) return;
  const Change changes[] = {
      {"dedupe.recipient", "recipient", where.recipient, where.other_recipient},
      {"dedupe.status", "status", where.status, where.other_status},
  };
  Content counted = *content;
  const std::size_t count = std::min(Elements(counted, where).size(), kMostElements);
  for (std::size_t i = 0; i < count; ++i) {
    for (const Change& change : changes) {
      Content edited = *content;
      JsonTree& element = *Elements(edited, where)[i];
      ExpectAnother(subject, element, change);
      // Messages are told apart by their ids alone; the statuses of one may have many recipients.
      const bool is_status = !where.status.empty() && element.Find(where.status) != nullptr;
      const bool changed =
          is_status && !change.value.empty() && ChangeValue(element, change.pointer, change.value);
      if (changed) ExpectOtherKey(subject, stamper, edited, before, change);
    }
    Content edited = *content;
    if (!ChangeId(*Elements(edited, where)[i], where, kFirstNewId + i)) continue;
    ExpectOtherKey(subject, stamper, edited, before,
                   {.check = "dedupe.id", .what = "id", .pointer = {}, .value = {}});
  }
}

}  // namespace

void CheckDedupe(Subject& subject) {
  if (subject.result() == nullptr) return;
  Stamper stamper(subject.NewAdapter(), subject.vector().channel);
  const std::vector<std::string> keys = KeysOfResult(stamper, *subject.result());
  CheckDistinct(subject, keys);
  CheckChanges(subject, stamper, keys);

  // A redelivery comes later, to another process, with a new attempt's headers.
  Trial again = subject.genuine();
  again.request.headers.Add("X-Retry-Attempt", "2");
  again.request.received_at += absl::Minutes(3);
  const auto result = CallNormalize(*subject.NewAdapter(), again,
                                    {.coverage = subject.proof()->coverage,
                                     .received_at = subject.genuine().now + absl::Minutes(3)});
  subject.Expect(result.ok() && KeysOfResult(stamper, *result) == keys, "dedupe.redelivery",
                 [] { return "a redelivery has other keys"; });
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

// Nothing that a carrier tells is lost: not the second element, not the odd one, not the unknown.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "omni/codec.h"
#include "testing/conformance/checks.h"
#include "testing/conformance/edits.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

constexpr std::size_t kMostElements = 8;
constexpr std::size_t kFirstNewId = 9'000;
constexpr std::size_t kCopies = 40;
constexpr std::string_view kUnknownType = "omni_unknown_type";
constexpr std::string_view kUnknownStatus = "omni_unknown_status";

constexpr std::string_view kOddElements[] = {
    "null", "17", "true", R"("odd")", "{}", "[]", R"({"odd":{"odd":[1,null]}})"};

std::vector<std::string> Texts(const InboundResult& result) {
  std::vector<std::string> texts;
  texts.reserve(result.events.size());
  for (const InboundEvent& inbound : result.events) texts.push_back(ToJson(*inbound.event));
  return texts;
}

bool Holds(std::string_view text, std::string_view piece) { return text.find(piece) != text.npos; }

// Whether all of `wanted` stand in `texts` in this order, perhaps with others between.
bool HoldsInOrder(const std::vector<std::string>& texts, const std::vector<std::string>& wanted) {
  auto at = texts.begin();
  for (const std::string& each : wanted) {
    at = std::find(at, texts.end(), each);
    if (at == texts.end()) return false;
    ++at;
  }
  return true;
}

std::size_t Told(const InboundResult& result) {
  return result.events.size() + result.ignored.size();
}

/// One vector's batch, made longer. Thread safety: confined.
class BatchTest {
 public:
  BatchTest(Subject& subject, Content content) : subject_(subject), content_(std::move(content)) {}

  void Run() {
    CheckEachCopied();
    CheckMany();
    CheckOdd();
  }

 private:
  [[nodiscard]] const Where& where() const { return subject_.vector().where; }
  [[nodiscard]] std::size_t base() const { return subject_.result()->events.size(); }
  [[nodiscard]] JsonTree& BatchOf(Content& content) const {
    return *content.tree().Find(where().batch == "/" ? std::string_view() : where().batch);
  }

  void CheckEachCopied();
  void CheckMany();
  void CheckOrder(const InboundResult& result, const std::vector<std::string>& ids);
  void CheckLimit(const Trial& trial, std::size_t events);
  void CheckOdd();

  Subject& subject_;
  const Content content_;
};

void BatchTest::CheckEachCopied() {
  Content counted = content_;
  const std::size_t count = std::min(BatchOf(counted).children.size(), kMostElements);
  for (std::size_t i = 0; i < count; ++i) {
    Content longer = content_;
    JsonTree copy = BatchOf(longer).children[i];
    if (!ChangeId(copy, where(), kFirstNewId + i)) continue;
    BatchOf(longer).children.push_back(std::move(copy));
    const auto result = subject_.Normalize(Saying(subject_, longer));
    subject_.Expect(result.ok() && result->events.size() > base(), "loss.batch",
                    [&] { return "element " + std::to_string(i) + ", told once more, is lost"; });
  }
}

void BatchTest::CheckMany() {
  Content longer = content_;
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < kCopies; ++i) {
    JsonTree copy = BatchOf(longer).children.front();
    if (!ChangeId(copy, where(), kFirstNewId + i)) return;
    ids.push_back(copy.Find(where().id.front())->text);
    BatchOf(longer).children.push_back(std::move(copy));
  }
  const Trial trial = Saying(subject_, longer);
  const auto result = subject_.Normalize(trial);
  subject_.Expect(result.ok() && result->events.size() >= base() + kCopies, "loss.batch", [&] {
    return std::to_string(kCopies) + " more elements became " +
           std::to_string(result.ok() ? result->events.size() - base() : 0) + " events";
  });
  if (!result.ok()) return;
  CheckOrder(*result, ids);
  CheckLimit(trial, result->events.size());
  if (!subject_.signer().CanSign(subject_.vector())) return;
  const auto verdict = subject_.Verify(subject_.Resigned(trial));
  subject_.Expect(verdict.ok(), "vector.accepted", [&] {
    return "a longer batch, signed, is refused: " + verdict.status().ToString();
  });
}

void BatchTest::CheckOrder(const InboundResult& result, const std::vector<std::string>& ids) {
  const std::vector<std::string> texts = Texts(result);
  std::size_t last = 0;
  for (const std::string& id : ids) {
    const auto found = std::find_if(texts.begin(), texts.end(),
                                    [&](const std::string& text) { return Holds(text, id); });
    const auto place = static_cast<std::size_t>(found - texts.begin());
    subject_.Expect(place < texts.size(), "loss.batch",
                    [&] { return "no event has the id of an element"; });
    subject_.Expect(place >= last, "loss.batch_order",
                    [] { return "the events are not in the order of the elements"; });
    last = place;
  }
}

void BatchTest::CheckLimit(const Trial& trial, std::size_t events) {
  NormalizeSettings settings{.coverage = subject_.proof()->coverage, .received_at = trial.now};
  settings.max_events = events;
  subject_.Expect(subject_.Normalize(trial, settings).ok(), "loss.max_events",
                  [] { return "as many events as allowed are refused"; });
  settings.max_events = events - 1;
  subject_.Expect(!subject_.Normalize(trial, settings).ok(), "loss.max_events", [] {
    return "more events than allowed are not refused but cut, or let through";
  });
}

void BatchTest::CheckOdd() {
  const std::vector<std::string> before = Texts(*subject_.result());
  for (std::string_view odd : kOddElements) {
    Content with_odd = content_;
    auto& elements = BatchOf(with_odd).children;
    elements.insert(elements.begin(), JsonTree::Raw(odd));
    const auto result = subject_.Normalize(Saying(subject_, with_odd));
    subject_.Expect(result.ok() && HoldsInOrder(Texts(*result), before), "loss.odd_element",
                    [&] { return "the others are lost with an element " + std::string(odd); });
    subject_.Expect(!result.ok() || Told(*result) > Told(*subject_.result()), "loss.odd_element",
                    [&] { return "an element " + std::string(odd) + " is lost"; });
  }
}

void CheckUnknownType(Subject& subject, const Content& content) {
  const auto result = subject.Normalize(Saying(subject, content));
  const bool kept =
      result.ok() && result->events.size() >= subject.result()->events.size() &&
      std::any_of(result->events.begin(), result->events.end(), [](const InboundEvent& inbound) {
        return inbound.event->kind == EventKind::kNotice &&
               Holds(ToJson(*inbound.event), kUnknownType);
      });
  subject.Expect(kept, "loss.unknown_type", [] { return "no notice tells of an unknown type"; });
}

void CheckUnknownStatus(Subject& subject, const Content& content) {
  const auto result = subject.Normalize(Saying(subject, content));
  const bool kept =
      result.ok() &&
      std::any_of(result->events.begin(), result->events.end(), [](const InboundEvent& inbound) {
        const auto& status = inbound.event->status;
        return status && status->value == StatusValue::kUnknown &&
               status->carrier_value == kUnknownStatus;
      });
  subject.Expect(kept, "loss.unknown_status",
                 [] { return "no status `unknown` has the carrier's word"; });
}

}  // namespace

void CheckBatch(Subject& subject) {
  const Where& where = subject.vector().where;
  if (subject.result() == nullptr || where.batch.empty()) return;
  auto content = Content::Of(subject.genuine().request, where.in_query);
  const bool found = content && !Elements(*content, where).empty();
  subject.Expect(found, "vector.intermediate",
                 [&] { return "there is no batch at " + where.batch; });
  if (found) BatchTest(subject, *std::move(content)).Run();
}

void CheckUnknown(Subject& subject) {
  const Where& where = subject.vector().where;
  if (subject.result() == nullptr) return;
  const auto content = Content::Of(subject.genuine().request, where.in_query);
  if (!content) return;
  Content counted = *content;
  const std::size_t count = std::min(Elements(counted, where).size(), kMostElements);
  for (std::size_t i = 0; i < count; ++i) {
    Content typed = *content;
    if (ChangeValue(*Elements(typed, where)[i], where.type, kUnknownType)) {
      CheckUnknownType(subject, typed);
    }
    if (where.status == where.type) continue;
    Content told = *content;
    if (ChangeValue(*Elements(told, where)[i], where.status, kUnknownStatus)) {
      CheckUnknownStatus(subject, told);
    }
  }
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

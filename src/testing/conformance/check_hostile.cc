// Bodies that nobody should send, genuinely signed: an answer, and never a crash.
//
// The bodies go to Normalize as if they had been proved, so no signature is needed. Exceptions,
// answers other than 4xx and events that cannot be read are found by the subject itself.

#include <cstddef>
#include <random>
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

constexpr std::size_t kMostCuts = 256;
constexpr std::size_t kMostNodes = 160;
constexpr int kDamages = 200;
constexpr std::size_t kDepth = 100'000;
constexpr std::size_t kFlood = 5'000;
constexpr std::size_t kLongText = 5'000;

// What is put in the place of each value in turn.
constexpr std::string_view kValues[] = {
    "null",
    "true",
    "-1",
    "0",
    "1.5",
    "1e308",
    "99999999999999999999999999",
    R"("")",
    R"("x")",
    R"("99999999999999999999")",
    R"("1e309")",
    R"("-9223372036854775809")",
    R"("2024-13-45T99:99:99Z")",
    R"("\u0000\ud800")",
    "\"\xC3\x28\"",
    "[]",
    "{}",
    "[[[[[[[[[[]]]]]]]]]]",
    R"([null,17,"x",{},[]])",
    R"({"a":{"b":{"c":[{}]}}})",
};

// What is no JSON, and in most places no form.
constexpr std::string_view kGarbage[] = {
    "", " ", "null", "not JSON", "<xml/>", "{", "[", "\"", "{\"a\":}", "\xFF\xFE", "%%%&&&===",
};

bool TellsSomething(const InboundResult& result) {
  return !result.events.empty() || !result.ignored.empty() || result.inquiry.has_value();
}

// What holds of the events of any body.
void ExpectSane(Subject& subject, const absl::StatusOr<InboundResult>& result) {
  if (!result.ok()) return;
  for (const InboundEvent& inbound : result->events) {
    const Event& event = *inbound.event;
    const bool sane = event.kind != EventKind::kUnknown && !event.channel.empty() &&
                      event.message.has_value() == (event.kind == EventKind::kMessage) &&
                      event.status.has_value() == (event.kind == EventKind::kStatus) &&
                      event.notice.has_value() == (event.kind == EventKind::kNotice);
    subject.Expect(sane, "hostile.shape", [] { return "an event of an odd body has no shape"; });
  }
}

void Send(Subject& subject, const Trial& trial) { ExpectSane(subject, subject.Normalize(trial)); }

// Without the credential where that is part of what is said: what is made of it must not be taken
// for a leak.
Trial Bare(const Subject& subject) {
  Trial trial = subject.genuine();
  if (subject.vector().proof.header.empty()) RemoveProof(subject.vector().proof, trial.request);
  return trial;
}

void CheckUnreadable(Subject& subject) {
  const std::string body = Bare(subject).request.body;
  if (body.empty()) return;
  const auto expect_refused = [&](std::string unreadable, const std::string& what) {
    const auto result = subject.Normalize(subject.WithBody(std::move(unreadable)));
    subject.Expect(!result.ok() || TellsSomething(*result), "hostile.unreadable",
                   [&] { return what + " is acknowledged as if nothing had been told"; });
    ExpectSane(subject, result);
  };
  for (std::string_view garbage : kGarbage) expect_refused(std::string(garbage), "garbage");
  const std::size_t step = body.size() / kMostCuts + 1;
  for (std::size_t size = 0; size < body.size(); size += step) {
    expect_refused(body.substr(0, size), "a body cut after " + std::to_string(size) + " bytes");
  }
}

void CheckNested(Subject& subject) {
  std::string objects;
  for (std::size_t i = 0; i < kDepth; ++i) objects += R"({"a":)";
  for (const std::string& deep :
       {std::string(kDepth, '['), std::string(kDepth, '[') + std::string(kDepth, ']'), objects}) {
    Send(subject, subject.WithBody(deep));
  }
  std::string members;
  for (std::size_t i = 0; i < kFlood; ++i) {
    members += (i == 0 ? "\"m" : ",\"m") + std::to_string(i) + "\":1";
  }
  Send(subject, subject.WithBody("{" + members + "}"));
}

void ReplaceValue(Subject& subject, const Content& content, JsonTree& node) {
  const JsonTree before = node;
  for (std::string_view value : kValues) {
    // A form holds texts only: what is no string is written as it stands.
    const bool quoted = value.starts_with('"') && !content.is_json();
    node.Become(quoted ? JsonTree::String(value.substr(1, value.size() - 2))
                       : JsonTree::Raw(value));
    Send(subject, Saying(subject, content));
  }
  node.Become(JsonTree::String(std::string(kLongText, 'x')));
  Send(subject, Saying(subject, content));
  node.Become(before);
  node.key = "omniRenamed";
  Send(subject, Saying(subject, content));
  node.key = before.key;
}

// Each value replaced, and each taken away.
void CheckValues(Subject& subject, Content content) {
  std::size_t count = 0;
  ForEachNode(content.tree(), [&](JsonTree&) { ++count; });
  const std::size_t step = count / kMostNodes + 1;
  std::size_t number = 0;
  ForEachNode(content.tree(), [&](JsonTree& node) {
    if (number++ % step == 0) ReplaceValue(subject, content, node);
  });
}

/// Damages text at random, the same in every run. Thread safety: confined.
class Vandal {
 public:
  void Damage(std::string& text) {
    constexpr std::string_view kMeaningful = "{}[]\":,\\&=%+0e-\xFF\n";
    for (std::size_t count = 1 + Below(4); count > 0 && !text.empty(); --count) {
      const std::size_t at = Below(text.size());
      switch (Below(4)) {
        case 0:
          text[at] = static_cast<char>(Below(256));
          break;
        case 1:
          text.erase(at, 1 + Below(20));
          break;
        case 2:
          text.insert(at, 1, kMeaningful[Below(kMeaningful.size())]);
          break;
        default:
          text.append(text.substr(at, 60));
      }
    }
  }

 private:
  std::size_t Below(std::size_t n) { return random_() % n; }

  std::mt19937 random_{17};
};

void CheckDamaged(Subject& subject) {
  const Trial bare = Bare(subject);
  Vandal vandal;
  for (int i = 0; i < kDamages; ++i) {
    Trial trial = bare;
    vandal.Damage(trial.request.body);
    if (i % 4 == 0) {
      vandal.Damage(trial.request.target);
      vandal.Damage(trial.request.external_url);
    }
    Send(subject, trial);
    static_cast<void>(
        subject.Verify(trial, i % 16 == 0 ? Subject::Explain::kYes : Subject::Explain::kNo));
  }
}

}  // namespace

void CheckHostileBodies(Subject& subject) {
  if (subject.result() == nullptr) return;
  CheckUnreadable(subject);
  CheckNested(subject);
  CheckDamaged(subject);
  auto content = Content::Of(Bare(subject).request, subject.vector().where.in_query);
  if (content) CheckValues(subject, *std::move(content));
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

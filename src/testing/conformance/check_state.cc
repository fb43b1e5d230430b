// Pure functions: the same request gives the same, whatever came before and whoever asks besides.

#include <algorithm>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "testing/conformance/checks.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

constexpr std::size_t kThreads = 4;
constexpr std::size_t kCallsOfAThread = 64;  // at least, and each vector twice

bool IsUntouched(const WebhookRequest& before, const WebhookRequest& after) {
  return before.method == after.method && before.target == after.target &&
         before.external_url == after.external_url && before.body == after.body &&
         before.peer == after.peer && before.tls == after.tls &&
         before.received_at == after.received_at && before.headers == after.headers;
}

Trial Forged(const Subject& subject) {
  Trial trial = subject.genuine();
  RemoveProof(subject.vector().proof, trial.request);
  return trial;
}

// What Verify has read may save Normalize the reading, and that is all.
void CheckReading(Subject& subject) {
  if (subject.result() == nullptr || subject.proof()->reading == nullptr) return;
  const Trial& genuine = subject.genuine();
  const auto read = subject.Normalize(genuine, {.coverage = subject.proof()->coverage,
                                                .received_at = genuine.now,
                                                .reading = subject.proof()->reading.get()});
  const auto replayed = subject.Normalize(
      genuine, {.coverage = subject.proof()->coverage, .received_at = genuine.now});
  subject.Expect(Describe(read) == Describe(replayed), "state.reading",
                 [] { return "without what Verify has read, the outcome is another"; });
}

}  // namespace

void CheckRepetition(Subject& subject) {
  const Trial& genuine = subject.genuine();
  const std::string once = Outcome(subject.adapter(), genuine);
  subject.Expect(once == Outcome(subject.adapter(), genuine), "state.repeat",
                 [] { return "the second time is not as the first"; });
  const auto fresh = subject.NewAdapter();
  subject.Expect(once == Outcome(*fresh, genuine), "state.repeat",
                 [] { return "a new instance does otherwise"; });

  for (const Trial& trial : {genuine, Forged(subject)}) {
    Explanation explanation;
    const std::string quiet = Describe(CallVerify(subject.adapter(), trial, nullptr));
    const std::string explained = Describe(CallVerify(subject.adapter(), trial, &explanation));
    subject.Expect(quiet == explained, "state.explanation",
                   [] { return "the verdict is another when it is explained"; });
  }

  Trial copy = genuine;
  static_cast<void>(Outcome(subject.adapter(), copy));
  subject.Expect(IsUntouched(genuine.request, copy.request), "state.request",
                 [] { return "the request was changed"; });
  CheckReading(subject);

  if (subject.result() == nullptr) return;
  const auto later = subject.Normalize(genuine, {.coverage = subject.proof()->coverage,
                                                 .received_at = genuine.now + absl::Hours(7)});
  subject.Expect(later.ok() && DescribeEvents(*later) == DescribeEvents(*subject.result()),
                 "state.receipt_time",
                 [] { return "the events are others when they arrive later"; });
}

void CheckSequences(std::vector<Subject>& subjects) {
  std::vector<std::string> alone;
  alone.reserve(subjects.size());
  for (const Subject& subject : subjects) {
    alone.push_back(Outcome(*subject.NewAdapter(), subject.genuine()));
  }
  // Forward and back, so that each comes after each of its neighbours, with forgeries between.
  std::vector<std::size_t> order;
  order.reserve(2 * subjects.size());
  for (std::size_t i = 0; i < subjects.size(); ++i) order.push_back(i);
  for (std::size_t i = subjects.size(); i > 0; --i) order.push_back(i - 1);
  for (std::size_t i : order) {
    Subject& subject = subjects[i];
    const std::string forged = Outcome(subject.adapter(), Forged(subject));
    const std::string now = Outcome(subject.adapter(), subject.genuine());
    subject.Expect(now == alone[i], "state.interleaved",
                   [] { return "the outcome is another after other requests"; });
    subject.Expect(forged == Outcome(subject.adapter(), Forged(subject)), "state.interleaved",
                   [] { return "a forgery fares otherwise after the genuine request"; });
  }
}

void CheckThreads(std::vector<Subject>& subjects) {
  std::vector<std::string> expected;
  expected.reserve(subjects.size());
  for (const Subject& subject : subjects) {
    expected.push_back(Outcome(subject.adapter(), subject.genuine()));
  }
  std::vector<std::vector<bool>> same(kThreads, std::vector<bool>(subjects.size(), true));
  const std::size_t calls = std::max(kCallsOfAThread, 2 * subjects.size());
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t call = 0; call < calls; ++call) {
        const std::size_t i = (call + thread * 3) % subjects.size();
        const Trial trial = subjects[i].genuine();  // its own, whatever an adapter does to it
        if (Outcome(subjects[i].adapter(), trial) != expected[i]) same[thread][i] = false;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    for (std::size_t thread = 0; thread < kThreads; ++thread) {
      subjects[i].Expect(same[thread][i], "state.threads",
                         [] { return "the outcome is another among threads"; });
    }
  }
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

/// \file
/// Every port fails at its Nth operation, for every N until a run has no Nth any more.
///
/// What is promised: a webhook that is redelivered until it is answered 200 has every event in the
/// queue, and exactly once. One exception: where the store failed to complete a claim *and* the
/// webhook is redelivered all the same, because something else of it failed, the lease runs out and
/// the event is queued once more; consumers tell by its key.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "omni/testing/status_matchers.h"
#include "pipeline/dropping_ports.h"
#include "pipeline/harness.h"
#include "pipeline/switched_stores.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

constexpr int kMaxDeliveries = 6;
constexpr int kMaxSweep = 50;
constexpr std::string_view kBody =
    R"({"events":[{"id":"m1"},{"id":"m2"},{"id":"m3"}],
        "followUps":["https://c.example/1","https://c.example/2"]})";
constexpr int kEvents = 3;

/// One run: a webhook that is delivered until it is answered 200.
struct Redelivery {
  Harness harness;
  std::shared_ptr<SwitchedIdempotencyStore> store =
      std::make_shared<SwitchedIdempotencyStore>(harness.store);
  int deliveries = 0;

  /// Lets the sink refuse the Nth envelope.
  void RefuseEnvelope(const std::shared_ptr<FailNth>& fail) {
    harness.sink->SetDecision([fail](const Envelope&) {
      return fail->Strike() ? absl::UnavailableError("told to fail") : absl::OkStatus();
    });
  }

  void DeliverUntilAnswered() {
    harness.store = store;
    ASSERT_THAT(harness.Open(), IsOk());
    for (deliveries = 1; deliveries <= kMaxDeliveries; ++deliveries) {
      // Send expects exactly one answer.
      const HttpResponse response = harness.Post(kBody);
      if (response.status == 200) return;
      ASSERT_EQ(response.status, 503) << response.body;
      ASSERT_EQ(Header(response, "Retry-After"), "5");
      // Long enough for the lease of a claim that nobody gave back.
      harness.clock->Advance(deliveries % 2 == 1 ? absl::Seconds(5) : absl::Minutes(2));
    }
    FAIL() << "never answered 200";
  }

  /// How often each event is in the queue.
  [[nodiscard]] std::map<std::string, int> Count() const {
    std::map<std::string, int> counts;
    for (const std::string& key : harness.AcceptedKeys()) ++counts[key];
    return counts;
  }

  void ExpectEveryEventOnce() const {
    EXPECT_EQ(Count().size(), static_cast<std::size_t>(kEvents));
    for (const auto& [key, count] : Count()) EXPECT_EQ(count, 1) << key;
  }
};

using Arrange = std::function<void(Redelivery&, const std::shared_ptr<FailNth>&)>;

/// Sweeps one operation: `arrange` puts the switch where it is to fail. A run in which it does not
/// fail any more takes `clean_deliveries`.
void Sweep(int clean_deliveries, const Arrange& arrange) {
  int failures = 0;
  for (int nth = 1; nth <= kMaxSweep; ++nth) {
    SCOPED_TRACE(nth);
    Redelivery run;
    const auto fail = std::make_shared<FailNth>(nth);
    arrange(run, fail);
    run.DeliverUntilAnswered();
    run.ExpectEveryEventOnce();
    if (!fail->struck()) {
      EXPECT_EQ(run.deliveries, clean_deliveries);
      EXPECT_GT(failures, 0) << "nothing was made to fail";
      return;
    }
    ++failures;
  }
  FAIL() << "the sweep does not end";
}

TEST(FailNthTest, Begin) {
  Sweep(1, [](Redelivery& run, const auto& fail) { run.store->begin = fail; });
}

TEST(FailNthTest, Complete) {
  Sweep(1, [](Redelivery& run, const auto& fail) { run.store->complete = fail; });
}

TEST(FailNthTest, EachEnvelope) {
  Sweep(1, [](Redelivery& run, const auto& fail) { run.RefuseEnvelope(fail); });
}

TEST(FailNthTest, ACompletionOfTheSinkThatIsDropped) {
  Sweep(1, [](Redelivery& run, const auto& fail) {
    run.harness.other_sink = std::make_shared<DroppingSink>(run.harness.sink, fail);
  });
}

TEST(FailNthTest, AbandonAfterAnEnvelopeWasRefused) {
  for (int envelope = 1; envelope <= kEvents; ++envelope) {
    SCOPED_TRACE(envelope);
    Sweep(2, [&](Redelivery& run, const auto& fail) {
      run.store->abandon = fail;
      run.RefuseEnvelope(std::make_shared<FailNth>(envelope));
    });
  }
}

TEST(FailNthTest, EachFollowUp) {
  const std::vector<absl::StatusOr<HttpResponse>> failures = {
      absl::UnavailableError("told to fail"), HttpResponse::Empty(500)};
  for (const auto& failure : failures) {
    Sweep(1, [&](Redelivery& run, const auto& fail) {
      run.harness.http->SetAnswer([fail, failure](const HttpRequest&) {
        return fail->Strike() ? failure : HttpResponse::Empty(200);
      });
    });
  }
}

TEST(FailNthTest, ACompletionOfTheHttpClientThatIsDropped) {
  Sweep(1, [](Redelivery& run, const auto& fail) {
    run.harness.other_http = std::make_shared<DroppingHttpClient>(fail, run.harness.http);
  });
}

/// The exception: the claims of queued events are not completed, and the webhook comes again
/// because another event of it was refused.
TEST(FailNthTest, CompleteAfterAnEnvelopeWasRefused) {
  for (int envelope = 1; envelope <= kEvents; ++envelope) {
    for (int nth = 1; nth <= 2; ++nth) {
      SCOPED_TRACE(std::to_string(envelope) + "/" + std::to_string(nth));
      Redelivery run;
      run.store->complete = std::make_shared<FailNth>(nth);
      run.RefuseEnvelope(std::make_shared<FailNth>(envelope));
      run.DeliverUntilAnswered();
      const std::map<std::string, int> counts = run.Count();
      EXPECT_EQ(counts.size(), static_cast<std::size_t>(kEvents));
      for (const auto& [key, count] : counts) EXPECT_LE(count, 2) << key;
    }
  }
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1

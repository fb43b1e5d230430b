/// \file
/// An engine under the contract of queues, and what the contract's tests do with it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "omni/ports/queue_sink.h"
#include "omni/ports/queue_source.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace testing {

/// Where engines differ. A test that needs what an engine has not got is skipped for it.
struct QueueTraits {
  bool deduplicates = false;     ///< the sink knows the keys that it accepted
  bool orders_groups = true;     ///< one of a group at a time, in order
  bool counts_crashes = true;    ///< a loan that ended with its process was an attempt
  bool remembers_delays = true;  ///< a delay outlasts the process
  bool takes_any_header = true;  ///< names and values of any bytes
  int max_attempts = 3;
  absl::Duration unit = absl::Milliseconds(50);  ///< the shortest time that it can tell
};

/// An engine under test. Its queues are empty as long as nobody used their names.
class QueueHarness {
 public:
  struct Ports {
    std::shared_ptr<QueueSink> sink = {};
    std::shared_ptr<QueueSource> source = {};
  };

  virtual ~QueueHarness() = default;
  [[nodiscard]] virtual QueueTraits traits() const = 0;
  /// Opens the engine, again on the same data once the ports from before are gone.
  [[nodiscard]] virtual Ports Open() = 0;
};

using QueueHarnessFactory = std::function<std::unique_ptr<QueueHarness>()>;

struct LeaseOptions {
  std::string queue = {};  ///< empty: the test's
  absl::Duration visibility = absl::Minutes(5);
};

class QueueContract : public ::testing::TestWithParam<QueueHarnessFactory> {
 protected:
  /// No test waits as long, unless it fails.
  static constexpr absl::Duration kPatience = absl::Seconds(30);

  QueueContract() { Reopen(); }

  void Reopen() {
    ports_ = {};
    ports_ = harness_->Open();
  }
  [[nodiscard]] absl::Duration unit() const { return traits_.unit; }

  [[nodiscard]] Envelope Make(const std::string& key, const std::string& group = "") const {
    return {.queue = queue_,
            .group = group,
            .dedupe_key = key,
            .event_id = "id of " + key,
            .body = "body of " + key,
            .headers = {{"traceparent", "00-4bf92f"}}};
  }
  Settlement Enqueue(Envelopes envelopes, absl::Time deadline = absl::InfiniteFuture()) {
    std::promise<Settlement> promise;
    ports_.sink->Enqueue(
        {.envelopes = std::move(envelopes), .deadline = deadline},
        [&promise](Settlement settlement) { promise.set_value(std::move(settlement)); });
    return promise.get_future().get();
  }
  void Put(const std::string& key, const std::string& group = "") {
    const Settlement settlement = Enqueue({Make(key, group)});
    ASSERT_EQ(settlement.outcomes.size(), 1u);
    ASSERT_THAT(settlement.outcomes[0], IsOk());
  }

  std::vector<Delivery> TryLease(std::size_t limit, absl::Duration wait,
                                 const LeaseOptions& options) {
    auto deliveries = ports_.source->Lease({.queue = options.queue.empty() ? queue_ : options.queue,
                                            .limit = limit,
                                            .visibility = options.visibility,
                                            .wait = wait});
    EXPECT_THAT(deliveries, IsOk());
    return deliveries.ok() ? *std::move(deliveries) : std::vector<Delivery>{};
  }
  /// That many, however many calls it takes.
  std::vector<Delivery> Lease(std::size_t count, const LeaseOptions& options = {}) {
    std::vector<Delivery> all;
    const absl::Time end = absl::Now() + kPatience;
    while (all.size() < count && absl::Now() < end && !HasFailure()) {
      for (Delivery& delivery : TryLease(count - all.size(), absl::Seconds(1), options)) {
        all.push_back(std::move(delivery));
      }
    }
    EXPECT_EQ(all.size(), count);
    all.resize(count);
    return all;
  }
  Delivery LeaseOne(const LeaseOptions& options = {}) { return std::move(Lease(1, options)[0]); }
  /// Keys of what can be had within the time; not more than ten.
  std::vector<std::string> KeysWithin(absl::Duration wait) {
    std::vector<std::string> keys;
    for (const Delivery& delivery : TryLease(10, wait, {})) {
      keys.push_back(delivery.envelope.dedupe_key);
    }
    return keys;
  }
  absl::Status Ack(const Delivery& delivery) {
    const std::vector<std::string> receipts = {delivery.receipt};
    return ports_.source->Ack({.receipts = receipts});
  }
  absl::Status Nack(const Delivery& delivery, absl::Duration delay = absl::ZeroDuration(),
                    const std::string& reason = "") {
    return ports_.source->Nack({.receipt = delivery.receipt, .delay = delay, .reason = reason});
  }
  /// Fails as often as it takes to be a dead letter.
  void Kill(const std::string& key, const std::string& reason) {
    for (int attempt = 1; attempt <= traits_.max_attempts; ++attempt) {
      const Delivery delivery = LeaseOne();
      ASSERT_EQ(delivery.envelope.dedupe_key, key);
      ASSERT_EQ(delivery.attempt, attempt);
      ASSERT_THAT(Nack(delivery, absl::ZeroDuration(), reason), IsOk());
    }
  }
  /// Without the parameter's number.
  static std::string TestName() {
    const std::string name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    return name.substr(0, name.find('/'));
  }
  /// Takes that many out, one after another; their keys in the order they came.
  std::vector<std::string> Drain(std::size_t count) {
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < count && !HasFailure(); ++i) {
      const Delivery delivery = LeaseOne();
      keys.push_back(delivery.envelope.dedupe_key);
      EXPECT_THAT(Ack(delivery), IsOk());
    }
    return keys;
  }

  const std::unique_ptr<QueueHarness> harness_ = GetParam()();
  const QueueTraits traits_ = harness_->traits();
  /// Of this test alone.
  const std::string queue_ = "acme:" + TestName() + ":inbound";
  const std::string dead_ = queue_ + std::string(kDeadLetterSuffix);
  QueueHarness::Ports ports_ = {};
};

}  // namespace testing
}  // namespace omni::inline v0_1

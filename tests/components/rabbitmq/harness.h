/// \file
/// Ports over the test program's broker, and calls that wait.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "components/rabbitmq/broker.h"
#include "omni/components/rabbitmq.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace testing {

/// No test waits as long, unless it fails.
inline constexpr absl::Duration kPatience = absl::Minutes(2);

inline RabbitMqOptions Options(int port) {
  RabbitMqOptions options;
  options.url = loopback::Broker::Url(port);
  options.outage_patience = absl::Seconds(60);
  options.confirm_timeout = absl::Seconds(60);
  options.max_backoff = absl::Seconds(1);
  return options;
}
inline RabbitMqOptions Options() { return Options(loopback::Broker::Shared().port()); }

inline RabbitMq Open(RabbitMqOptions options) {
  auto ports = OpenRabbitMq(std::move(options));
  EXPECT_THAT(ports, IsOk());
  return ports.ok() ? *std::move(ports) : RabbitMq{};
}

inline Envelope MakeEnvelope(const std::string& queue, const std::string& key,
                             const std::string& group = "") {
  return {.queue = queue, .group = group, .dedupe_key = key, .event_id = key, .body = key};
}

inline absl::Status Enqueue(QueueSink& sink, const Envelope& envelope,
                            absl::Time deadline = absl::InfiniteFuture()) {
  std::promise<Settlement> promise;
  sink.Enqueue({.envelopes = {envelope}, .deadline = deadline},
               [&promise](Settlement settlement) { promise.set_value(std::move(settlement)); });
  Settlement settlement = promise.get_future().get();
  return settlement.outcomes.size() == 1 ? settlement.outcomes[0] : absl::InternalError("none");
}

/// What came out of a queue.
struct Drained {
  std::vector<std::string> keys = {};        ///< each once, in the order they first came
  std::map<std::string, int> repeated = {};  ///< how often those came again that did
  std::set<std::string> seen = {};
};

/// Takes envelopes out until all that are wanted have come, and what is behind them.
inline void Drain(QueueSource& source, const std::string& queue,
                  const std::set<std::string>& wanted, Drained& drained) {
  const absl::Time end = absl::Now() + kPatience;
  while (absl::Now() < end) {
    std::size_t missing = 0;
    for (const std::string& key : wanted) missing += drained.seen.contains(key) ? 0u : 1u;
    auto deliveries = source.Lease({.queue = queue, .limit = 100, .wait = absl::Milliseconds(500)});
    if (!deliveries.ok()) continue;  // the connection comes back
    if (deliveries->empty() && missing == 0) return;
    std::vector<std::string> receipts;
    for (Delivery& delivery : *deliveries) {
      const std::string& key = delivery.envelope.dedupe_key;
      if (drained.seen.insert(key).second) {
        drained.keys.push_back(key);
      } else {
        ++drained.repeated[key];
      }
      receipts.push_back(std::move(delivery.receipt));
    }
    EXPECT_THAT(source.Ack({.receipts = receipts}), IsOk());
  }
  ADD_FAILURE() << "not everything came";
}

/// Keys are `group/number`: whether numbers rise within every group.
inline void ExpectOrder(const std::vector<std::string>& keys) {
  std::map<std::string, int> last;
  for (const std::string& key : keys) {
    const std::size_t slash = key.rfind('/');
    const int number = std::stoi(key.substr(slash + 1));
    const auto [group, is_first] = last.emplace(key.substr(0, slash), number);
    EXPECT_TRUE(is_first || group->second < number) << key << " is out of order";
    group->second = number;
  }
}

}  // namespace testing
}  // namespace omni::inline v0_1

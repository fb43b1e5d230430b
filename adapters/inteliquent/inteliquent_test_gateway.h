/// \file
/// A gateway with one Inteliquent channel, and everything faked around it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inteliquent_test_requests.h"
#include "omni/adapters/inteliquent.h"
#include "omni/components/memory.h"
#include "omni/gateway.h"
#include "omni/testing/fakes.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace testing {

/// Every way to prove a request, and the numbers that are ours in the fixtures.
inline constexpr std::string_view kChannel =
    R"({"adapter":"inteliquent","token":["newer","iq-inbound-test-key-7Qm2"],)"
    R"("apiKey":["newer","iq-inbound-test-key-7Qm2"],"verificationScheme":"either",)"
    R"("ourNumbers":["14045550123","+14045550124"]})";

/// Thread safety: confined.
class TestGateway {
 public:
  explicit TestGateway(std::string_view channel = kChannel,
                       std::shared_ptr<omni::testing::RecordingSink> sink =
                           std::make_shared<omni::testing::RecordingSink>())
      : sink_(std::move(sink)) {
    AdapterRegistry::Builder adapters;
    Register(adapters);
    const auto registry = std::move(adapters).Build();
    Gateway::Builder builder;
    builder.SetSink(sink_)
        .SetIdempotencyStore(MakeMemoryIdempotencyStore({}))
        .SetObserver(observer_)
        .SetClock(std::make_shared<omni::testing::FakeClock>(kNow))
        .SetEntropy(std::make_shared<omni::testing::FakeEntropy>())
        .AddChannelJson(channel);
    gateway_ = std::move(builder).Build(registry.value());
  }

  /// Why there is no gateway; OK when there is one.
  [[nodiscard]] absl::Status status() const { return gateway_.status(); }
  [[nodiscard]] HttpResponse Handle(WebhookRequest request) {
    // So that the first id that is made is the first event's.
    if (!request.headers.Find("X-Request-Id")) request.headers.Add("X-Request-Id", "test");
    return gateway_.value()->HandleBlocking(std::move(request));
  }
  [[nodiscard]] std::vector<Envelope> accepted() const { return sink_->accepted(); }
  [[nodiscard]] const omni::testing::RecordingObserver& observer() const { return *observer_; }
  [[nodiscard]] omni::testing::RecordingObserver::Request LastReport() const {
    return observer_->requests().back();
  }

 private:
  // 2026-02-03T15:10:00.412Z, a little after the fixtures.
  inline static const absl::Time kNow = absl::FromUnixMillis(1'770'131'400'412);

  std::shared_ptr<omni::testing::RecordingSink> sink_;
  std::shared_ptr<omni::testing::RecordingObserver> observer_ =
      std::make_shared<omni::testing::RecordingObserver>();
  absl::StatusOr<std::unique_ptr<Gateway>> gateway_;
};

}  // namespace testing
}  // namespace inteliquent
}  // namespace omni::inline v0_1

/// \file
/// A gateway with one Bandwidth channel, and everything faked around it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bandwidth_test_requests.h"
#include "omni/adapters/bandwidth.h"
#include "omni/components/memory.h"
#include "omni/gateway.h"
#include "omni/ports/fragment_store.h"
#include "omni/testing/fakes.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace testing {

/// Every way to prove a request but an address.
inline constexpr std::string_view kChannel =
    R"({"adapter":"bandwidth","username":"bw-hook","password":["newer","s3cret:with:colons"],)"
    R"("signatureKey":"not-a-real-secret-16+","voxboneReports":true})";

/// Thread safety: confined.
class TestGateway {
 public:
  explicit TestGateway(std::string_view channel = kChannel,
                       std::shared_ptr<omni::testing::RecordingSink> sink =
                           std::make_shared<omni::testing::RecordingSink>(),
                       std::shared_ptr<FragmentStore> fragments = nullptr)
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
    if (fragments != nullptr) builder.SetFragmentStore(std::move(fragments));
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
  /// What the last refused request was refused for.
  [[nodiscard]] std::string LastReason() const { return observer_->requests().back().reason; }

 private:
  // 2026-02-03T14:30:00.412Z, a little after the fixtures.
  inline static const absl::Time kNow = absl::FromUnixMillis(1'770'129'000'412);

  std::shared_ptr<omni::testing::RecordingSink> sink_;
  std::shared_ptr<omni::testing::RecordingObserver> observer_ =
      std::make_shared<omni::testing::RecordingObserver>();
  absl::StatusOr<std::unique_ptr<Gateway>> gateway_;
};

}  // namespace testing
}  // namespace bandwidth
}  // namespace omni::inline v0_1

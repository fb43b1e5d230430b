/// \file
/// A gateway with the MessageBird adapter, and everything faked around it.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "messagebird_test_util.h"
#include "omni/adapter_registry.h"
#include "omni/components/memory.h"
#include "omni/gateway.h"
#include "omni/testing/fakes.h"

namespace omni::inline v0_1 {
namespace messagebird {

/// Thread safety: confined.
class TestGateway {
 public:
  struct Settings {
    std::vector<std::string> keys = {std::string(kKey)};
    absl::Time now = kNow;
    bool keep_raw = false;
    std::vector<std::string> allow_from = {};
    std::string public_url = "https://api.example.com";
  };
  TestGateway() : TestGateway(Settings{}) {}
  explicit TestGateway(const Settings& settings)
      : clock_(std::make_shared<testing::FakeClock>(settings.now)) {
    Gateway::Builder builder;
    builder.SetOptions({.public_url = settings.public_url})
        .SetSink(sink_)
        .SetIdempotencyStore(MakeMemoryIdempotencyStore({}))
        .SetObserver(observer_)
        .SetClock(clock_)
        .SetEntropy(std::make_shared<testing::FakeEntropy>());
    ChannelConfig channel{.keep_raw = settings.keep_raw, .allow_from = settings.allow_from};
    if (!settings.keys.empty()) channel.secrets = {{"signingKey", settings.keys}};
    builder.AddChannel(std::move(channel), NewAdapter());
    auto gateway = std::move(builder).Build(*AdapterRegistry::Builder().Build());
    EXPECT_TRUE(gateway.ok()) << gateway.status();
    if (gateway.ok()) gateway_ = *std::move(gateway);
  }

  HttpResponse Handle(const Presented& presented) { return Handle(MakeRequest(presented)); }
  HttpResponse Handle(WebhookRequest request) {
    request.headers.Add("X-Request-Id", "test");  // so that the first id is the event's
    return gateway_->HandleBlocking(std::move(request));
  }

  [[nodiscard]] std::vector<Envelope> accepted() const { return sink_->accepted(); }
  [[nodiscard]] testing::RecordingSink& sink() { return *sink_; }
  [[nodiscard]] const testing::RecordingObserver& observer() const { return *observer_; }

  /// What was accepted, as one JSON array.
  [[nodiscard]] std::string Events() const {
    std::string json = "[";
    for (const Envelope& envelope : accepted()) {
      if (json.size() > 1) json += ',';
      json += envelope.body;
    }
    return json + "]";
  }

 private:
  std::shared_ptr<testing::FakeClock> clock_;
  std::shared_ptr<testing::RecordingSink> sink_ = std::make_shared<testing::RecordingSink>();
  std::shared_ptr<testing::RecordingObserver> observer_ =
      std::make_shared<testing::RecordingObserver>();
  std::unique_ptr<Gateway> gateway_;
};

/// A gateway for the key and the time of a fixture.
inline TestGateway::Settings SettingsOf(const Presented& presented) {
  return {.keys = presented.keys, .now = presented.now};
}

}  // namespace messagebird
}  // namespace omni::inline v0_1

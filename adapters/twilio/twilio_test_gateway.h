/// \file
/// A gateway with the Twilio adapter on the paths of the fixtures, and everything faked around it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omni/adapter_registry.h"
#include "omni/components/memory.h"
#include "omni/gateway.h"
#include "omni/testing/fakes.h"
#include "twilio_test_util.h"

namespace omni::inline v0_1 {
namespace twilio {

/// Thread safety: confined.
class TestGateway {
 public:
  struct Settings {
    bool keep_raw = false;
    std::vector<std::string> accounts = {};
  };
  TestGateway() : TestGateway(Settings{}) {}
  explicit TestGateway(const Settings& settings) {
    Gateway::Builder builder;
    builder.SetOptions({.public_url = "https://hooks.example.com"})
        .SetSink(sink_)
        .SetIdempotencyStore(MakeMemoryIdempotencyStore({}))
        .SetObserver(observer_)
        .SetClock(std::make_shared<testing::FakeClock>())
        .SetEntropy(std::make_shared<testing::FakeEntropy>());
    for (std::string_view path : {"/twilio/sms", "/twilio/status", "/twilio/conversations"}) {
      builder.AddChannel({.path = std::string(path),
                          .keep_raw = settings.keep_raw,
                          .accounts = settings.accounts,
                          .secrets = {{"authToken", {std::string(kToken)}}}},
                         NewAdapter());
    }
    auto gateway = std::move(builder).Build(*AdapterRegistry::Builder().Build());
    EXPECT_TRUE(gateway.ok()) << gateway.status();
    if (gateway.ok()) gateway_ = *std::move(gateway);
  }

  HttpResponse Handle(const Presented& presented) {
    WebhookRequest request = MakeRequest(presented);
    request.headers.Add("X-Request-Id", "test");  // so that the first id is the event's
    return gateway_->HandleBlocking(std::move(request));
  }
  HttpResponse Handle(WebhookRequest request) {
    return gateway_->HandleBlocking(std::move(request));
  }

  [[nodiscard]] std::vector<Envelope> accepted() const { return sink_->accepted(); }
  [[nodiscard]] const testing::RecordingObserver& observer() const { return *observer_; }

 private:
  std::shared_ptr<testing::RecordingSink> sink_ = std::make_shared<testing::RecordingSink>();
  std::shared_ptr<testing::RecordingObserver> observer_ =
      std::make_shared<testing::RecordingObserver>();
  std::unique_ptr<Gateway> gateway_;
};

/// A fixture as it arrives, with the signature that the official SDK gave it.
inline Presented FixtureRequest(const JsonMember& fixture) {
  return {.url = std::string(fixture.value["url"].text()),
          .body = ReadTestdata(fixture.key),
          .signature = std::string(fixture.value["signature"].text())};
}

}  // namespace twilio
}  // namespace omni::inline v0_1

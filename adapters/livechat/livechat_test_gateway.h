/// \file
/// A gateway with LiveChat channels, and everything faked around it.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livechat_test_requests.h"
#include "omni/adapters/livechat.h"
#include "omni/components/memory.h"
#include "omni/components/memory_stores.h"
#include "omni/gateway.h"
#include "omni/ports/conversation_store.h"
#include "omni/testing/fakes.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace testing {

/// The channel of the fixtures.
inline constexpr std::string_view kChannel =
    R"({"adapter":"livechat","webhookSecret":["newer","fx-lc-secret-4hJ8sQ2w"],)"
    R"("apiToken":["newer-token","fx-internal-token"],)"
    R"("organizationId":["7d4c1b0a-2e3f-4a5b-9c6d-8e7f6a5b4c3d","90001234"],)"
    R"("identifiers":["org123:user456:lc-789"],"webhookIds":["fxwh0001","fxwh0002"],)"
    R"("allowedOrigins":["https://app.example.com"]})";

/// Keeps every file under one id and remembers the last. Thread safety: confined.
class OneFileStore : public MediaStore {
 public:
  [[nodiscard]] absl::StatusOr<StoredMedia> Put(const MediaUpload& upload) override {
    last = upload;
    return StoredMedia{.id = "TFX2_9", .url = "https://cdn.files.example.net/tmp/fx/note.txt"};
  }

  std::optional<MediaUpload> last = {};
};

/// Thread safety: confined.
class TestGateway {
 public:
  explicit TestGateway(const std::vector<std::string_view>& channels = {kChannel}) {
    AdapterRegistry::Builder adapters;
    Register(adapters);
    const auto registry = std::move(adapters).Build();
    Gateway::Builder builder;
    builder.SetOptions({.max_body_bytes = std::size_t{11} << 20})
        .SetSink(sink_)
        .SetConversationStore(MakeMemoryConversationStore({}))
        .SetMediaStore(media_)
        .SetIdempotencyStore(MakeMemoryIdempotencyStore({}))
        .SetObserver(observer_)
        .SetClock(clock_)
        .SetEntropy(std::make_shared<omni::testing::FakeEntropy>());
    for (std::string_view channel : channels) builder.AddChannelJson(channel);
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
  [[nodiscard]] omni::testing::FakeClock& clock() { return *clock_; }
  /// The last file that was uploaded.
  [[nodiscard]] const std::optional<MediaUpload>& last_upload() const { return media_->last; }

 private:
  // 2026-02-03T15:10:00.412Z, later than every fixture.
  inline static const absl::Time kNow = absl::FromUnixMillis(1'770'131'400'412);

  std::shared_ptr<omni::testing::FakeClock> clock_ =
      std::make_shared<omni::testing::FakeClock>(kNow);
  std::shared_ptr<OneFileStore> media_ = std::make_shared<OneFileStore>();
  std::shared_ptr<omni::testing::RecordingSink> sink_ =
      std::make_shared<omni::testing::RecordingSink>();
  std::shared_ptr<omni::testing::RecordingObserver> observer_ =
      std::make_shared<omni::testing::RecordingObserver>();
  absl::StatusOr<std::unique_ptr<Gateway>> gateway_;
};

}  // namespace testing
}  // namespace livechat
}  // namespace omni::inline v0_1

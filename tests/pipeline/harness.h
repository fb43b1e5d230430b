/// \file
/// A gateway with fakes on every side.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omni/components/memory.h"
#include "omni/components/memory_stores.h"
#include "omni/gateway.h"
#include "omni/testing/fakes.h"
#include "pipeline/test_adapter.h"

namespace omni::inline v0_1 {
namespace testing {

inline constexpr std::string_view kToken = "open-sesame-0001";
inline constexpr std::string_view kOneMessage =
    R"({"account":"AC1","events":[{"id":"m1","text":"hi"}]})";

/// The answers to one request, in the order in which they came.
using Answers = std::shared_ptr<std::vector<HttpResponse>>;

/// Thread safety: confined; what it holds is as safe as it says.
struct Harness {
  GatewayOptions options = {};
  std::shared_ptr<FakeClock> clock = std::make_shared<FakeClock>();
  std::shared_ptr<RecordingSink> sink = std::make_shared<RecordingSink>();
  std::shared_ptr<QueueSink> other_sink = {};  ///< takes the place of `sink`
  std::shared_ptr<IdempotencyStore> store = MakeMemoryIdempotencyStore({});
  std::shared_ptr<FakeHttpClient> http = std::make_shared<FakeHttpClient>();
  std::shared_ptr<HttpClient> other_http = {};  ///< takes the place of `http`
  std::shared_ptr<RecordingObserver> observer = std::make_shared<RecordingObserver>();
  std::shared_ptr<SecretsProvider> secrets = {};
  std::shared_ptr<Admission> admission = {};
  // Stages that a gateway has only where the host has a store for them.
  std::shared_ptr<FragmentStore> fragments = {};
  std::shared_ptr<MappingStore> mappings = {};
  std::shared_ptr<ConversationStore> conversations = {};
  std::shared_ptr<MediaStore> media = {};
  std::shared_ptr<QuarantineStore> quarantine = {};

  std::vector<std::pair<ChannelConfig, EchoOptions>> channels = {};
  std::vector<std::string> json_channels = {};  ///< after `channels`
  std::unique_ptr<Gateway> gateway = {};

  /// A channel with the token, for a test to change.
  ChannelConfig& AddChannel(EchoOptions options = {});
  /// Builds the gateway; with one plain channel when there is none.
  absl::Status Open();

  /// The answer; the request must be answered at once.
  HttpResponse Send(WebhookRequest request);
  HttpResponse Post(std::string_view body);
  Answers SendAsync(WebhookRequest request);
  /// As Send, for a capsule.
  HttpResponse Replay(Capsule capsule);
  /// Delivers what is due in the fragment store; the sweep must end at once.
  absl::StatusOr<std::size_t> Sweep();

  [[nodiscard]] std::vector<std::string> AcceptedKeys() const;
  /// The events that the sink accepted.
  [[nodiscard]] std::vector<Event> AcceptedEvents() const;
};

/// A genuine POST to /echo.
[[nodiscard]] WebhookRequest MakePost(std::string_view body);
/// As MakePost, with another target.
[[nodiscard]] WebhookRequest MakePostTo(std::string_view target, std::string_view body);
/// A body with messages of these ids.
[[nodiscard]] std::string MessagesBody(const std::vector<std::string>& ids);

/// Refuses every envelope.
[[nodiscard]] absl::Status Refuse(const Envelope& envelope);

[[nodiscard]] std::string Header(const HttpResponse& response, std::string_view name);
/// The `code` of an error body.
[[nodiscard]] std::string ErrorCode(const HttpResponse& response);

}  // namespace testing
}  // namespace omni::inline v0_1

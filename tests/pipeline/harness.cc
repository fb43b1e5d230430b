#include "pipeline/harness.h"

#include <gtest/gtest.h>

#include "omni/codec.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace testing {

ChannelConfig& Harness::AddChannel(EchoOptions echo) {
  ChannelConfig config;
  config.secrets = {{"token", {std::string(kToken)}}};
  return channels.emplace_back(std::move(config), std::move(echo)).first;
}

absl::Status Harness::Open() {
  if (channels.empty() && json_channels.empty()) AddChannel();
  Gateway::Builder builder;
  builder.SetOptions(options)
      .SetSink(other_sink ? other_sink : sink)
      .SetIdempotencyStore(store)
      .SetSecretsProvider(secrets)
      .SetHttpClient(other_http ? other_http : http)
      .SetFragmentStore(fragments)
      .SetMappingStore(mappings)
      .SetConversationStore(conversations)
      .SetMediaStore(media)
      .SetQuarantineStore(quarantine)
      .SetAdmission(admission)
      .SetObserver(observer)
      .SetClock(clock)
      .SetEntropy(std::make_shared<FakeEntropy>());
  for (const auto& [config, echo] : channels) builder.AddChannel(config, MakeEcho(echo));
  for (const std::string& json : json_channels) builder.AddChannelJson(json);
  auto built = std::move(builder).Build(MakeRegistry());
  if (!built.ok()) return built.status();
  gateway = *std::move(built);
  return absl::OkStatus();
}

HttpResponse Harness::Send(WebhookRequest request) {
  const Answers answers = SendAsync(std::move(request));
  EXPECT_EQ(answers->size(), 1u);
  return answers->size() == 1 ? answers->front() : HttpResponse::Empty(0);
}

HttpResponse Harness::Post(std::string_view body) { return Send(MakePost(body)); }

Answers Harness::SendAsync(WebhookRequest request) {
  auto answers = std::make_shared<std::vector<HttpResponse>>();
  gateway->Handle(std::move(request),
                  [answers](HttpResponse response) { answers->push_back(std::move(response)); });
  return answers;
}

HttpResponse Harness::Replay(Capsule capsule) {
  std::vector<HttpResponse> answers;
  gateway->Replay(std::move(capsule), [&](HttpResponse response) { answers.push_back(response); });
  EXPECT_EQ(answers.size(), 1u);
  return answers.size() == 1 ? answers.front() : HttpResponse::Empty(0);
}

absl::StatusOr<std::size_t> Harness::Sweep() {
  std::vector<absl::StatusOr<std::size_t>> results;
  gateway->DeliverDueFragments(
      [&](absl::StatusOr<std::size_t> delivered) { results.push_back(std::move(delivered)); });
  EXPECT_EQ(results.size(), 1u);
  return results.size() == 1 ? results.front() : absl::UnknownError("not one result");
}

std::vector<std::string> Harness::AcceptedKeys() const {
  std::vector<std::string> keys;
  for (const Envelope& envelope : sink->accepted()) keys.push_back(envelope.dedupe_key);
  return keys;
}

std::vector<Event> Harness::AcceptedEvents() const {
  std::vector<Event> events;
  for (const Envelope& envelope : sink->accepted()) {
    auto event = EventFromJson(envelope.body);
    EXPECT_TRUE(event.ok()) << event.status();
    if (event.ok()) events.push_back(*std::move(event));
  }
  return events;
}

WebhookRequest MakePost(std::string_view body) { return MakePostTo("/echo", body); }

WebhookRequest MakePostTo(std::string_view target, std::string_view body) {
  WebhookRequest request;
  request.method = HttpMethod::kPost;
  request.target = target;
  request.headers = {{"Host", "hooks.example.com"}, {"X-Token", std::string(kToken)}};
  request.body = body;
  request.peer = "192.0.2.1";
  return request;
}

std::string MessagesBody(const std::vector<std::string>& ids) {
  std::string body;
  JsonWriter writer(body);
  writer.BeginObject();
  writer.Key("account");
  writer.String("AC1");
  writer.Key("events");
  writer.BeginArray();
  for (const std::string& id : ids) {
    writer.BeginObject();
    writer.Key("id");
    writer.String(id);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  return body;
}

absl::Status Refuse(const Envelope&) { return absl::UnavailableError("told to refuse"); }

std::string Header(const HttpResponse& response, std::string_view name) {
  return std::string(response.headers.Find(name).value_or(""));
}

std::string ErrorCode(const HttpResponse& response) {
  const auto document = JsonDocument::Parse(response.body);
  return document.ok() ? std::string(document->root()["code"].text()) : "";
}

}  // namespace testing
}  // namespace omni::inline v0_1

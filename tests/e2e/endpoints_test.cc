/// \file
/// The sixteen endpoints of the HTTP surface, through one gateway with all six adapters: methods,
/// proofs, answers, preflights, and the errors that every endpoint shares.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "e2e/endpoint_requests.h"
#include "omni/adapters/all.h"
#include "omni/components/memory.h"
#include "omni/components/memory_stores.h"
#include "omni/gateway.h"
#include "omni/json.h"
#include "omni/testing/fakes.h"

namespace omni::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

/// Thread safety: confined.
class EndpointsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    AdapterRegistry::Builder adapters;
    RegisterAllAdapters(adapters);
    Gateway::Builder builder;
    builder.SetSink(sink_)
        .SetIdempotencyStore(MakeMemoryIdempotencyStore({}))
        .SetFragmentStore(MakeMemoryFragmentStore({}))
        .SetMappingStore(MakeMemoryMappingStore({}))
        .SetConversationStore(MakeMemoryConversationStore({}))
        .SetMediaStore(MakeMemoryMediaStore({}))
        .SetQuarantineStore(MakeMemoryQuarantineStore({}))
        .SetClock(std::make_shared<FakeClock>())
        .SetEntropy(std::make_shared<FakeEntropy>())
        .SetOptions({.public_url = std::string(kPublicUrl)});
    for (const std::string_view channel : kChannels) builder.AddChannelJson(channel);
    auto gateway = std::move(builder).Build(*std::move(adapters).Build());
    ASSERT_TRUE(gateway.ok()) << gateway.status();
    gateway_ = *std::move(gateway);
  }

  HttpResponse Send(WebhookRequest request) { return gateway_->HandleBlocking(std::move(request)); }

  void ExpectAnswer(WebhookRequest request, std::string_view type, std::string_view body) {
    const std::string target = request.target;
    const HttpResponse response = Send(std::move(request));
    EXPECT_EQ(response.status, 200) << target;
    EXPECT_EQ(MediaType(response.headers.Find("Content-Type").value_or("")), type) << target;
    EXPECT_EQ(response.body, body) << target;
    EXPECT_TRUE(response.headers.Find("X-Request-Id").has_value()) << target;
  }

  void ExpectError(WebhookRequest request, int status, std::string_view code) {
    const std::string target = request.target;
    const HttpResponse response = Send(std::move(request));
    EXPECT_EQ(response.status, status) << target << response.body;
    const auto body = JsonDocument::Parse(response.body);
    ASSERT_TRUE(body.ok()) << target << response.body;
    EXPECT_EQ(body->root()["code"].text(), code) << target << response.body;
    EXPECT_EQ(body->root()["requestId"].text(), response.headers.Find("X-Request-Id")) << target;
    EXPECT_FALSE(body->root()["error"].text().empty()) << target;
  }

  std::shared_ptr<RecordingSink> sink_ = std::make_shared<RecordingSink>();
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(EndpointsTest, AnswerTheirCarriersAsTheContractSays) {
  ExpectAnswer(WhatsAppHandshake(), "text/plain", "1158201444");
  ExpectAnswer(WhatsApp(), kJson, R"({"status":"ok"})");
  ExpectAnswer(
      WhatsAppMapping(), kJson,
      R"({"success":true,"mapping":{"wabaId":"99",)"
      R"("targetUrl":"https://staging.example.com/","enabled":true,)"
      R"("createdAt":"2024-01-15T10:30:00.412Z","updatedAt":"2024-01-15T10:30:00.412Z"}})");
  ExpectAnswer(Bandwidth(), kJson,
               R"({"success":true,"message":"Message received and queued for processing"})");
  ExpectAnswer(LiveChatWebhook(), kJson, R"({"status":"received","messageId":"T1_1"})");
  ExpectAnswer(LiveChatMessage(), kJson,
               R"({"status":"processed","messageId":"m2","queuedAt":"2024-01-15T10:30:00.412Z"})");
  ExpectAnswer(MessageBirdSms(), kJson, R"({"success":true,"messageId":"mb1"})");
  ExpectAnswer(MessageBirdReport(), kJson, R"({"success":true,"messageId":"mb2"})");
  ExpectAnswer(InteliquentSms(), kJson,
               R"({"success":true,"messageId":"iq1","status":"accepted"})");
  ExpectAnswer(InteliquentReceipt(), kJson,
               R"({"success":true,"messageId":"iq2","status":"accepted"})");
  EXPECT_EQ(sink_->accepted().size(), 8u);
}

TEST_F(EndpointsTest, TwilioHearsEmptyTwiml) {
  const HttpResponse response = Send(Twilio());
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(MediaType(response.headers.Find("Content-Type").value_or("")), "text/xml");
  EXPECT_THAT(response.body, MatchesRegex(R"((<\?xml [^>]*\?>)?<Response( ?/>|></Response>))"));
}

TEST_F(EndpointsTest, LiveChatsQuestionsAreAnsweredFromTheStores) {
  ExpectAnswer(LiveChat("?action=delivery_status",
                        R"({"message_id":"out1","chat_id":"C1","status":"delivered"})"),
               kJson,
               R"({"status":"acknowledged","messageId":"out1","deliveryStatus":"delivered"})");
  ExpectError(LiveChat("?action=fetch_messages&chat_id=C1", "{}"), 404, "NOT_FOUND");
  Send(LiveChatWebhook());
  const HttpResponse page = Send(LiveChat("?action=fetch_messages&chat_id=C1", "{}"));
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr(R"("chat_id":"C1")"));
  EXPECT_THAT(page.body, HasSubstr(R"("text":"hi")"));
  EXPECT_THAT(page.body, HasSubstr(R"("total":1,"hasMore":false)"));

  const HttpResponse upload = Send(LiveChatUpload());
  EXPECT_EQ(upload.status, 200) << upload.body;
  EXPECT_THAT(upload.body, HasSubstr(R"({"status":"uploaded","media":{"id":")"));
  EXPECT_THAT(upload.body,
              HasSubstr(R"("filename":"note.txt","content_type":"text/plain","size":10}})"));
}

TEST_F(EndpointsTest, ADuplicateIsAnsweredLikeTheFirst) {
  for (const auto& make : {WhatsApp, Bandwidth, Twilio, LiveChatWebhook, LiveChatMessage,
                           MessageBirdSms, MessageBirdReport, InteliquentSms, InteliquentReceipt}) {
    const HttpResponse first = Send(make());
    const std::size_t accepted = sink_->accepted().size();
    const HttpResponse second = Send(make());
    EXPECT_EQ(second.status, 200) << make().target << second.body;
    EXPECT_EQ(second.body, first.body) << make().target;
    EXPECT_EQ(sink_->accepted().size(), accepted) << make().target;
  }
}

struct Preflight {
  std::string_view path;
  std::string_view methods;
  std::string_view headers;
  std::string_view max_age;
};

TEST_F(EndpointsTest, PreflightsAreTheContracts) {
  const std::string livechat = LiveChatPath("/livechat/", "");
  const std::string livechat_webhook = LiveChatPath("/webhooks/livechat/", "");
  for (const Preflight& expected : std::vector<Preflight>{
           {"/webhooks/whatsapp/receive", "GET, POST, OPTIONS", "Content-Type, X-Hub-Signature-256",
            ""},
           {"/webhooks/whatsapp/mapping", "POST, OPTIONS", "Content-Type, Authorization", ""},
           {"/bandwidth/14045550123", "POST, OPTIONS", "Content-Type, X-Bandwidth-Signature", ""},
           {livechat, "POST, OPTIONS", "Content-Type, Authorization", "86400"},
           {livechat_webhook, "POST, OPTIONS", "Content-Type, Authorization", "86400"},
           {"/webhooks/inteliquent", "POST, OPTIONS", "Content-Type, Authorization", "86400"}}) {
    const HttpResponse response =
        Send(WithHeader(Request(HttpMethod::kOptions, std::string(expected.path)), "Origin",
                        "https://app.example.com"));
    const auto header = [&](std::string_view name) {
      return response.headers.Find(name).value_or("");
    };
    EXPECT_EQ(response.status, 200) << expected.path;
    EXPECT_EQ(header("Access-Control-Allow-Methods"), expected.methods) << expected.path;
    EXPECT_EQ(header("Access-Control-Allow-Headers"), expected.headers) << expected.path;
    EXPECT_EQ(header("Access-Control-Max-Age"), expected.max_age) << expected.path;
  }
}

TEST_F(EndpointsTest, LiveChatAllowsListedOriginsOnly) {
  const auto origin = [&](std::string_view from) {
    return std::string(
        Send(WithHeader(Request(HttpMethod::kOptions, LiveChatPath("/livechat/", "")), "Origin",
                        std::string(from)))
            .headers.Find("Access-Control-Allow-Origin")
            .value_or("none"));
  };
  EXPECT_EQ(origin("https://app.example.com"), "https://app.example.com");
  EXPECT_EQ(origin("https://evil.example.com"), "none");
}

struct Unproved {
  WebhookRequest (*make)();
  std::string_view proof;  ///< the header that proves it
  int missing;             ///< the status without it
  int wrong;               ///< and with another one's
  std::string_view code;
};

TEST_F(EndpointsTest, WithoutTheProofNothingIsTaken) {
  for (const Unproved& row : {
           Unproved{WhatsApp, "X-Hub-Signature-256", 401, 401, "INVALID_SIGNATURE"},
           Unproved{WhatsAppMapping, "Authorization", 401, 401, "UNAUTHORIZED"},
           Unproved{Bandwidth, "Authorization", 401, 401, "UNAUTHORIZED"},
           Unproved{Twilio, "X-Twilio-Signature", 401, 401, "INVALID_SIGNATURE"},
           Unproved{LiveChatMessage, "Authorization", 401, 401, "UNAUTHORIZED"},
           Unproved{LiveChatUpload, "Authorization", 401, 401, "UNAUTHORIZED"},
           Unproved{MessageBirdSms, "MessageBird-Signature-JWT", 401, 401, "INVALID_SIGNATURE"},
           Unproved{InteliquentSms, "Authorization", 401, 403, "UNAUTHORIZED"},
           Unproved{InteliquentReceipt, "Authorization", 401, 403, "UNAUTHORIZED"},
       }) {
    const WebhookRequest genuine = row.make();
    WebhookRequest missing = genuine;
    missing.headers = {};
    for (const auto& [name, value] : genuine.headers) {
      if (!EqualsIgnoreCase(name, row.proof)) missing.headers.Add(name, value);
    }
    ExpectError(missing, row.missing, row.code);
    WebhookRequest wrong = genuine;
    std::string proof(*genuine.headers.Find(row.proof));
    proof.back() = proof.back() == 'A' ? 'B' : 'A';
    // The last base64 digit of some proofs has spare bits.
    proof[proof.size() / 2] = proof[proof.size() / 2] == 'A' ? 'B' : 'A';
    wrong.headers.Set(row.proof, proof);
    ExpectError(wrong, row.wrong, row.wrong == 403 ? "FORBIDDEN" : row.code);
  }
  EXPECT_TRUE(sink_->accepted().empty());
}

TEST_F(EndpointsTest, BandwidthIsChallenged) {
  const HttpResponse response = Send(Post("/bandwidth/14045550123", kJson, ""));
  EXPECT_EQ(response.status, 401);
  EXPECT_THAT(std::string(response.headers.Find("WWW-Authenticate").value_or("")),
              ::testing::StartsWith("Basic realm="));
}

TEST_F(EndpointsTest, TheErrorTable) {
  WebhookRequest handshake = WhatsAppHandshake();
  handshake.target.back() = 'X';
  ExpectError(handshake, 403, "VERIFY_TOKEN_MISMATCH");
  ExpectError(Post("/livechat/%21%21", kJson, "{}"), 400, "INVALID_IDENTIFIER");
  ExpectError(Request(HttpMethod::kPost, "/nowhere"), 404, "NOT_FOUND");
  ExpectError(LiveChat("?action=fetch_messages", "{}"), 400, "MISSING_FIELD");
  ExpectError(LiveChat("?action=fetch_messages&chat_id=C1&limit=x", "{}"), 400, "INVALID_PAYLOAD");
  ExpectError(Inteliquent("/webhooks/inteliquent", "not JSON"), 400, "INVALID_PAYLOAD");
  ExpectError(Inteliquent("/webhooks/inteliquent", R"({"type":"sms"})"), 422, "UNPROCESSABLE");
  ExpectError(MessageBird(HttpMethod::kPost, "/messagebird",
                          R"({"recipient":"15551234567","originator":"15559876543","body":"x"})"),
              400, "MISSING_FIELD");

  WebhookRequest program = LiveChatUpload();
  const std::size_t content = program.body.find("hello file");
  program.body.replace(content, 10, "MZ\x90 binary");
  ExpectError(program, 415, "UNSUPPORTED_MEDIA_TYPE");

  WebhookRequest large = WhatsApp();
  large.body.append(std::size_t{5} << 20, ' ');
  ExpectError(large, 413, "PAYLOAD_TOO_LARGE");
  ExpectError(Request(HttpMethod::kPost, "/twilio?" + std::string(20'000, 'a')), 414,
              "URI_TOO_LONG");
  WebhookRequest wordy = Twilio();
  for (int i = 0; i < 200; ++i) wordy.headers.Add("X-Filler", "x");
  ExpectError(wordy, 431, "HEADERS_TOO_LARGE");
}

TEST_F(EndpointsTest, AWrongMethodIsToldTheRightOnes) {
  for (const auto& [path, allowed] : std::vector<std::pair<std::string, std::string_view>>{
           {"/webhooks/whatsapp/receive", "GET, POST, OPTIONS"},
           {"/bandwidth/14045550123", "POST, OPTIONS"},
           {"/twilio", "POST, OPTIONS"},
           {LiveChatPath("/livechat/", ""), "POST, OPTIONS"},
           {"/webhooks/inteliquent", "POST, OPTIONS"}}) {
    const HttpResponse response = Send(Request(HttpMethod::kPut, path));
    EXPECT_EQ(response.status, 405) << path;
    EXPECT_EQ(response.headers.Find("Allow"), allowed) << path;
    EXPECT_THAT(response.body, HasSubstr(R"("code":"METHOD_NOT_ALLOWED")"));
  }
}

TEST_F(EndpointsTest, AQueueThatIsDownAsksEveryCarrierToComeAgain) {
  sink_->SetDecision([](const Envelope&) { return absl::UnavailableError("down"); });
  for (const auto& make : {WhatsApp, Bandwidth, Twilio, LiveChatWebhook, LiveChatMessage,
                           MessageBirdSms, MessageBirdReport, InteliquentSms, InteliquentReceipt}) {
    const HttpResponse response = Send(make());
    EXPECT_EQ(response.status, 503) << make().target;
    EXPECT_TRUE(response.headers.Find("Retry-After").has_value()) << make().target;
    EXPECT_THAT(response.body, HasSubstr(R"("code":"QUEUE_UNAVAILABLE")")) << make().target;
  }
  sink_->SetDecision(nullptr);
  for (const auto& make : {WhatsApp, Bandwidth, Twilio, LiveChatWebhook, LiveChatMessage,
                           MessageBirdSms, MessageBirdReport, InteliquentSms, InteliquentReceipt}) {
    EXPECT_EQ(Send(make()).status, 200) << make().target;
  }
  EXPECT_EQ(sink_->accepted().size(), 9u);
}

}  // namespace
}  // namespace omni::testing

/// \file
/// What must not leave: the secret, and what agents say among themselves.

#include "livechat_private.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "livechat_test_gateway.h"
#include "omni/codec.h"
#include "omni/json.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace testing {
namespace {

using ::omni::testing::IsOk;

TEST(BlankSecretsTest, BlanksTheSecretAndNoOtherByte) {
  const struct {
    std::string_view body, blanked;
  } kCases[] = {
      {R"({"secret_key":"abc","a":"abc"})", R"({"secret_key":"***","a":"abc"})"},
      {" \n{ \"secret_key\" :\t\"abc\" }\n", " \n{ \"secret_key\" :\t\"***\" }\n"},
      {R"({"a":{"webhookSecret":"abc"},"secretKey":"d","webhook_secret":"e"})",
       R"({"a":{"webhookSecret":"***"},"secretKey":"*","webhook_secret":"*"})"},
      {R"({"secret_key":"a\"b\\","x":1})", R"({"secret_key":"******","x":1})"},
      {R"({"secret_key":"a","secret_key":"b"})", R"({"secret_key":"*","secret_key":"*"})"},
      // A name with an escape in it is the same name.
      {R"({"secret\u005fkey":"abc","x":"abc"})", R"({"secret\u005fkey":"***","x":"abc"})"},
      // Cut off, or not JSON at all.
      {R"({"secret_key":"abc)", R"({"secret_key":"***)"},
      {R"({"secret_key":"ab\)", R"({"secret_key":"***)"},
      {R"(" x {"secret_key":"abc","y)", R"(" x {"secret_key":"***","y)"},
      {R"({"secret_key":1234,"x":1})", R"({"secret_key":****,"x":1})"},
      // What only looks like one.
      {R"({"a":"secret_key","b":"abc"})", R"({"a":"secret_key","b":"abc"})"},
      {R"({"secret_key":{"a":"b"}})", R"({"secret_key":{"a":"b"}})"},
      {R"({"text":"\"secret_key\":\"abc\""})", R"({"text":"\"secret_key\":\"abc\""})"},
      {R"({"secret_key")", R"({"secret_key")"},
      // One within another.
      {R"("secret_key":"secret_key":"abc")", R"("secret_key":"**********":"***")"},
      {R"("secret_key":x"secret_key":"a b")", R"("secret_key":******************")"},
      {R"("secret_key":x"secretKey": y)", R"("secret_key":************* *)"},
      {R"({"secret_key":)", R"({"secret_key":)"},
      {"", ""},
  };
  for (const auto& test : kCases) EXPECT_EQ(BlankSecrets(test.body), test.blanked);
}

// Quadratic, this would take minutes.
TEST(BlankSecretsTest, TakesAsLongAsTheTextIs) {
  std::string body;
  while (body.size() < 2'000'000) body += R"("secret_key":x)";
  const std::string blanked = BlankSecrets(body);
  EXPECT_EQ(blanked.size(), body.size());
  EXPECT_EQ(blanked.find('x'), std::string::npos);
}

TEST(BlankSecretsTest, IsWhatTheAdapterSaysOfEveryFixture) {
  const auto adapter = MakeAdapter({});
  for (const std::string& name : FixtureNames()) {
    const std::string body = FixtureRequest(name).body;
    const std::string blanked = adapter.value()->BodyWithoutSecrets(body);
    ASSERT_EQ(blanked.size(), body.size()) << name;
    EXPECT_EQ(blanked.find("fx-lc-secret"), std::string::npos) << name;
    const std::size_t at = body.find("fx-lc-secret");
    if (at == std::string::npos) {
      EXPECT_EQ(blanked, body);
      continue;
    }
    const std::size_t end = body.find('"', at);
    EXPECT_EQ(blanked.substr(0, at), body.substr(0, at));
    EXPECT_EQ(blanked.substr(at, end - at), std::string(end - at, '*'));
    EXPECT_EQ(blanked.substr(end), body.substr(end));
  }
}

// A note is whatever is not for all, under whatever name that may go one day.
TEST(NoteTest, NothingOfItLeavesWhereverItIs) {
  for (std::string_view whom :
       {R"("visibility":"agents")", R"("recipients":"agents","visibility":null)",
        R"("visibility":"supervisors")", R"("visibility":{"all":true})", R"("visibility":"")"}) {
    for (std::string_view content :
         {R"("text":"canary")", R"("type":"file","url":"https://canary.example","name":"canary")",
          R"("type":"filled_form","fields":[{"label":"canary","answer":"canary"}])",
          R"("type":"rich_message","elements":[{"title":"canary"}])",
          R"("type":"custom","content":{"a":"canary"})", R"("type":"of_tomorrow","x":"canary")",
          R"("deleted":true,"text":"canary")", R"("properties":{"x":{"y":"canary"}})"}) {
      const std::string members = std::string(content) + "," + std::string(whom);
      for (std::string_view action : {"incoming_event", "event_updated"}) {
        const auto result = NormalizeWebhook(Webhook(action, ChatEvent(members)));
        ASSERT_THAT(result, IsOk());
        ASSERT_EQ(result->events.size(), 1U);
        const Event& event = *result->events[0].event;
        EXPECT_EQ(ToJson(event).find("canary"), std::string::npos) << ToJson(event);
        EXPECT_EQ(event.kind, EventKind::kNotice);
        EXPECT_EQ(event.notice->type, "note");
        EXPECT_EQ(event.carrier_message_id, "TFX1_1");
        EXPECT_NE(result->ack.body.find(R"("messageId":null)"), std::string::npos);
      }
    }
  }
}

TEST(NoteTest, StaysOutOfWhatIsKeptVerbatim) {
  const std::string note = R"({"id":"n","type":"message","visibility":"agents","text":"canary"})";
  const std::string chat = R"({"chat":{"id":"C","thread":{"id":"T","events":[)" + note + "]}}}";
  for (const std::string& body :
       {Webhook("incoming_chat", chat), Webhook("of_tomorrow", R"({"event":)" + note + "}"),
        Webhook("chat_transferred", R"({"chat_id":"C","last":[)" + note + "]}"),
        Webhook("incoming_event", R"({"chat_id":"C","event":{"id":"e","type":"message",)"
                                  R"("visibility":"all","text":"x","quoted":)" +
                                      note + "}}")}) {
    const auto result = NormalizeWebhook(body);
    ASSERT_THAT(result, IsOk());
    ASSERT_FALSE(result->events.empty());
    for (const InboundEvent& inbound : result->events) {
      EXPECT_EQ(ToJson(*inbound.event).find("canary"), std::string::npos) << ToJson(*inbound.event);
    }
  }
}

TEST(NoteTest, OfTheContractsShapeIsNoMessageEither) {
  const auto result = NormalizeWebhook(
      R"({"event":"incoming_message","chat_id":"c","message":{"id":"m","text":"canary",)"
      R"("visibility":"agents","author":{"id":"dana","type":"agent"}}})");
  ASSERT_THAT(result, IsOk());
  ASSERT_EQ(result->events.size(), 1U);
  EXPECT_EQ(result->events[0].event->notice->type, "note");
  EXPECT_EQ(ToJson(*result->events[0].event).find("canary"), std::string::npos);
}

TEST(SecretTest, StaysOutOfEveryEventThoughTheCarriersObjectIsKept) {
  const std::string secret = R"("secret_key":"canary","webhookSecret":"canary")";
  for (const std::string& body :
       {R"({"event":"incoming_message","chat_id":"c","message":{"id":"m",)" + secret + "}," +
            secret + "}",
        R"({"event":"of_tomorrow",)" + secret + "}",
        R"({"message_id":"m","status":"read",)" + secret + "}",
        Webhook("of_tomorrow", "{" + secret + "}", "canary"),
        Webhook("incoming_event", ChatEvent(secret), "canary")}) {
    for (std::string_view target : {"", "?action=delivery_status"}) {
      const auto result = Normalize(BarePost(std::string(kChatPath) + std::string(target), body));
      if (!result.ok()) continue;
      for (const InboundEvent& inbound : result->events) {
        EXPECT_EQ(ToJson(*inbound.event).find("canary"), std::string::npos) << body;
      }
    }
  }
}

}  // namespace
}  // namespace testing
}  // namespace livechat
}  // namespace omni::inline v0_1

/// \file
/// `fetch_messages`, through the gateway and its conversation store.

#include "livechat_history.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "livechat_test_gateway.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace testing {
namespace {

using ::omni::testing::IsOk;

WebhookRequest Fetch(std::string_view query, std::string_view body = "") {
  return TokenPost(std::string(kChatPath) + "?action=fetch_messages&" + std::string(query),
                   std::string(body));
}

void Receive(TestGateway& gateway, std::string_view chat_id, std::string_view thread_id,
             std::string_view event, std::string_view action = "incoming_event") {
  std::string payload = R"({"chat_id":")";
  payload.append(chat_id).append(R"(","thread_id":")").append(thread_id);
  payload.append(R"(","event":)").append(event).append("}");
  const auto response = gateway.Handle(BarePost(kWebhookPath, Webhook(action, payload)));
  ASSERT_EQ(response.status, 200) << response.body;
}

std::string Numbered(int number) {
  const std::string text = std::to_string(number);
  const std::string minute = text.size() < 2 ? "0" + text : text;
  return R"({"id":"e)" + text + R"(","type":"message","text":"t)" + text +
         R"(","visibility":"all","author_id":")" + std::string(kCustomer) +
         R"(","created_at":"2024-01-15T10:)" + minute + R"(:00.000000Z"})";
}

/// The texts of an answer's messages, and whether there are more.
std::string Summary(const HttpResponse& response) {
  const auto document = JsonDocument::Parse(response.body);
  if (!document.ok() || response.status != 200) return std::to_string(response.status);
  const JsonValue root = document->root();
  std::string summary;
  for (const JsonValue message : root["messages"].elements()) {
    summary.append(message["text"].text()).append(" ");
  }
  EXPECT_EQ(root["total"].AsInt64(), root["messages"].size());
  return summary + (root["hasMore"].AsBool() == true ? "more" : "all");
}

TEST(HistoryTest, AnswersAsTheFixtureExpects) {
  TestGateway gateway;
  const JsonValue expect = Fixture("04_seed_fetch_messages")["expect"];
  const JsonValue threads = expect["upstream"].At(0)["response"]["threads"];
  ASSERT_EQ(threads.size(), 2U);
  for (const JsonValue thread : threads.elements()) {
    for (const JsonValue event : thread["events"].elements()) {
      Receive(gateway, "CFX1", thread["id"].text(), CompactJson(event));
    }
  }
  const HttpResponse response = gateway.Handle(FixtureRequest("04_seed_fetch_messages"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, CompactJson(expect["response"]));
  EXPECT_EQ(response.headers.Find("Content-Type"), "application/json");
}

TEST(HistoryTest, GivesTheNewestOldestFirst) {
  TestGateway gateway;
  for (const int number : {3, 1, 2}) Receive(gateway, "C", "T", Numbered(number));
  EXPECT_EQ(Summary(gateway.Handle(Fetch("chat_id=C"))), "t1 t2 t3 all");
  EXPECT_EQ(Summary(gateway.Handle(Fetch("chat_id=C&limit=3"))), "t1 t2 t3 all");
  EXPECT_EQ(Summary(gateway.Handle(Fetch("chat_id=C&limit=2"))), "t2 t3 more");
  EXPECT_EQ(Summary(gateway.Handle(Fetch("chat_id=C&limit=1", "{}"))), "t3 more");
}

TEST(HistoryTest, LimitsToTheWindowWithBothItsEnds) {
  TestGateway gateway;
  for (const int number : {1, 2, 3}) Receive(gateway, "C", "T", Numbered(number));
  const struct {
    std::string_view body, summary;
  } kCases[] = {
      {R"({"from_timestamp":"2024-01-15T10:02:00Z"})", "t2 t3 all"},
      {R"({"from_timestamp":"2024-01-15T10:02:00.000001Z"})", "t3 all"},
      {R"({"to_timestamp":"2024-01-15T11:02:00+01:00"})", "t1 t2 all"},
      {R"({"from_timestamp":"2024-01-15T10:02:00Z","to_timestamp":"2024-01-15T10:02:00Z"})",
       "t2 all"},
      {R"({"from_timestamp":1705312920,"to_timestamp":null})", "t2 t3 all"},
      {R"({"from_timestamp":"2025-01-15T10:02:00Z"})", "all"},
      {R"({"from_timestamp":"2024-01-15T10:03:00Z","to_timestamp":"2024-01-15T10:02:00Z"})", "400"},
      {R"({"from_timestamp":"yesterday"})", "400"},
      {R"({"from_timestamp":{}})", "400"},
      {R"({"to_timestamp":true})", "400"},
      {"[]", "400"},
      {"{", "400"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Summary(gateway.Handle(Fetch("chat_id=C", test.body))), test.summary) << test.body;
  }
}

TEST(HistoryTest, TakesALimitFromOneToAHundred) {
  const struct {
    std::string_view query;
    std::size_t limit;
  } kCases[] = {
      {"chat_id=c", 50},
      {"chat_id=c&limit=1", 1},
      {"chat_id=c&limit=100", 100},
      {"chat_id=c&limit=101", 100},
      {"chat_id=c&limit=99999999999999999999999999", 100},
      {"chat_id=c&limit=007", 7},
      {"chat_id=c&limit=0", 0},
      {"chat_id=c&limit=000", 0},
      {"chat_id=c&limit=-1", 0},
      {"chat_id=c&limit=", 0},
      {"chat_id=c&limit=ten", 0},
      {"chat_id=c&limit=1.5", 0},
      {"chat_id=c&limit=+5", 0},
      {"chat_id=c&limit=0x10", 0},
  };
  const Identifier identifier{"o", "u", "l"};
  for (const auto& test : kCases) {
    const auto query = ReadHistoryQuery(identifier, Form::Parse(test.query).value(), "");
    ASSERT_EQ(query.ok(), test.limit > 0) << test.query;
    if (query.ok()) {
      EXPECT_EQ(query->limit, test.limit);
      EXPECT_EQ(query->conversation, "livechat:l:c");
    } else {
      EXPECT_EQ(GetErrorDetail(query.status()).field, "limit");
    }
  }
}

TEST(HistoryTest, NeedsAChatThatThereIs) {
  TestGateway gateway;
  Receive(gateway, "C", "T", Numbered(1));
  EXPECT_EQ(
      gateway.Handle(Fetch("")).body,
      R"({"error":"missing required field: chat_id","code":"MISSING_FIELD","requestId":"test"})");
  EXPECT_EQ(gateway.Handle(Fetch("chat_id=")).status, 400);
  EXPECT_EQ(gateway.Handle(Fetch("chat_id=%00")).status, 400);
  EXPECT_EQ(gateway.Handle(Fetch("chat_id=%ff")).status, 400);
  EXPECT_EQ(gateway.Handle(Fetch("chat_id=" + std::string(257, 'c'))).status, 400);
  const HttpResponse unknown = gateway.Handle(Fetch("chat_id=D"));
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(JsonDocument::Parse(unknown.body)->root()["code"].text(), "NOT_FOUND");
}

// A chat of another LiveChat is another conversation, and so is another tenant's.
TEST(HistoryTest, StaysWithinItsLiveChatAndTenant) {
  TestGateway gateway({R"({"adapter":"livechat","tenant":"a","apiToken":"token-a"})",
                       R"({"adapter":"livechat","tenant":"b","apiToken":"token-b"})"});
  ASSERT_THAT(gateway.status(), IsOk());
  const std::string message = R"({"chat_id":"C","message":{"id":"m","text":"hi"}})";
  const auto as = [](const WebhookRequest& request, std::string_view token) {
    return WithHeader(request, "Authorization", "Bearer " + std::string(token));
  };
  EXPECT_EQ(gateway.Handle(as(BarePost(kChatPath, message), "token-a")).status, 200);
  EXPECT_EQ(Summary(gateway.Handle(as(Fetch("chat_id=C"), "token-a"))), "hi all");
  EXPECT_EQ(Summary(gateway.Handle(as(Fetch("chat_id=C"), "token-b"))), "404");
  WebhookRequest other = as(Fetch("chat_id=C"), "token-a");
  // org123:user456:lc-78
  other.target.replace(other.target.find(kSegment), kSegment.size(), "b3JnMTIzOnVzZXI0NTY6bGMtNzg");
  EXPECT_EQ(Summary(gateway.Handle(other)), "404");
}

// Of channels with the same secrets, the identifier's organization picks one.
TEST(HistoryTest, IsOfTheTenantThatServesTheOrganization) {
  TestGateway gateway({R"({"adapter":"livechat","tenant":"a","organizationId":"org123",)"
                       R"("apiToken":"fx-internal-token"})",
                       R"({"adapter":"livechat","tenant":"b","organizationId":"org124",)"
                       R"("apiToken":"fx-internal-token"})"});
  ASSERT_THAT(gateway.status(), IsOk());
  // org124:user456:lc-789
  const std::string other = "/livechat/b3JnMTI0OnVzZXI0NTY6bGMtNzg5";
  const std::string message = R"({"chat_id":"C","message":{"id":"m","text":"hi"}})";
  EXPECT_EQ(gateway.Handle(TokenPost(kChatPath, message)).status, 200);
  EXPECT_EQ(gateway.accepted().at(0).queue, "a:livechat:inbound");
  EXPECT_EQ(Summary(gateway.Handle(Fetch("chat_id=C"))), "hi all");
  const std::string query = "?action=fetch_messages&chat_id=C";
  EXPECT_EQ(Summary(gateway.Handle(TokenPost(other + query, ""))), "404");
}

TEST(HistoryTest, TellsOfFilesAndForms) {
  TestGateway gateway;
  Receive(
      gateway, "C", "T",
      R"({"id":"1","type":"file","name":"a.png","url":"u","content_type":"image/png","size":7})");
  Receive(gateway, "C", "T",
          R"({"id":"2","type":"filled_form","fields":[{"label":"Name","answer":"Ada"}]})");
  Receive(gateway, "C", "T",
          R"({"id":"3","type":"rich_message","template_id":"cards","author_id":)"
          R"("5c3e7a91b2d84f60a1c2e3f405162738","elements":[{"title":"x"}]})");
  const HttpResponse response = gateway.Handle(Fetch("chat_id=C"));
  const std::string time = R"("created_at":"2026-02-03T15:10:00.412Z")";
  EXPECT_EQ(
      response.body,
      R"({"chat_id":"C","messages":[{"id":"1","type":"file","text":"","author":{"id":"",)"
      R"("type":"visitor"},)" +
          time +
          R"(,"media":[{"url":"u","filename":"a.png","content_type":"image/png","size":7}]},)"
          R"({"id":"2","type":"form","text":"Name: Ada","author":{"id":"","type":"visitor"},)" +
          time +
          R"(},{"id":"3","type":"rich_message","text":"x","author":{"id":)"
          R"("5c3e7a91b2d84f60a1c2e3f405162738","type":"bot"},)" +
          time + R"(}],"total":3,"hasMore":false})");
}

// It says nothing: that a button was tapped, and not when.
TEST(HistoryTest, LeavesTapsOnButtonsOut) {
  TestGateway gateway;
  Receive(gateway, "CFX1", "TFX1", Numbered(1));
  EXPECT_EQ(gateway.Handle(FixtureRequest("14_real_rich_message_postback")).status, 200);
  EXPECT_EQ(gateway.accepted().size(), 2U);
  EXPECT_EQ(Summary(gateway.Handle(Fetch("chat_id=CFX1"))), "t1 all");
  EXPECT_EQ(Summary(gateway.Handle(Fetch("chat_id=CFX1&limit=1"))), "t1 all");
}

std::string EditOf(int number, std::string_view members) {
  std::string event = Numbered(number);
  event.pop_back();
  return event.append(",").append(members).append("}");
}

TEST(HistoryTest, LeavesDeletedMessagesOut) {
  TestGateway gateway;
  std::string deleted = Numbered(2);
  deleted.replace(deleted.find("e2"), 2, "TFX1_2");
  Receive(gateway, "CFX1", "TFX1", Numbered(1));
  Receive(gateway, "CFX1", "TFX1", deleted);
  EXPECT_EQ(gateway.Handle(FixtureRequest("21_real_event_deleted")).status, 200);
  EXPECT_EQ(Summary(gateway.Handle(Fetch("chat_id=CFX1"))), "t1 all");
  EXPECT_EQ(Summary(gateway.Handle(Fetch("chat_id=CFX1&limit=1"))), "t1 all");
  gateway.clock().Advance(absl::Hours(24 * 365));  // until nothing is known as a duplicate
  Receive(gateway, "CFX1", "TFX1", deleted);
  EXPECT_EQ(Summary(gateway.Handle(Fetch("chat_id=CFX1"))), "t1 all");
  Receive(gateway, "CFX1", "TFX1", EditOf(1, R"("deleted":true)"));
  EXPECT_EQ(Summary(gateway.Handle(Fetch("chat_id=CFX1"))), "all");
}

TEST(HistoryTest, LeavesOutWhatWasDeletedBeforeItCame) {
  TestGateway gateway;
  EXPECT_EQ(gateway.Handle(FixtureRequest("21_real_event_deleted")).status, 200);
  std::string deleted = Numbered(2);
  deleted.replace(deleted.find("e2"), 2, "TFX1_2");
  Receive(gateway, "CFX1", "TFX1", deleted);
  Receive(gateway, "CFX1", "TFX1", Numbered(1));
  EXPECT_EQ(Summary(gateway.Handle(Fetch("chat_id=CFX1"))), "t1 all");
}

TEST(HistoryTest, HoldsEditedMessagesAsTheyAreNow) {
  TestGateway gateway;
  const auto edit = [&gateway](int number, std::string_view members) {
    Receive(gateway, "C", "T", EditOf(number, members), "event_updated");
    return Summary(gateway.Handle(Fetch("chat_id=C")));
  };
  for (const int number : {1, 2, 3}) Receive(gateway, "C", "T", Numbered(number));
  EXPECT_EQ(edit(1, R"("text":"mended")"), "mended t2 t3 all");
  EXPECT_EQ(edit(1, R"("text":"again")"), "again t2 t3 all");
  EXPECT_EQ(edit(2, R"("text":"whispered","visibility":"agents")"), "again t3 all");
  EXPECT_EQ(edit(2, R"("text":"loud")"), "again t3 all") << "what has left does not come back";
  EXPECT_EQ(edit(3, R"("deleted":true)"), "again all");
  EXPECT_EQ(edit(4, R"("text":"early")"), "again early all");
  EXPECT_EQ(edit(5, R"("text":"whispered","visibility":"agents")"), "again early all");
  EXPECT_EQ(edit(6, R"("text":"whispered","recipients":"agents")"), "again early all");
  EXPECT_EQ(edit(7, R"("text":"whispered","visibility":{"to":"agents"})"), "again early all");
  EXPECT_EQ(edit(8, R"("type":"custom","content":{"a":1})"), "again early all");
  for (const int number : {1, 2, 3, 4, 5}) Receive(gateway, "C", "T", Numbered(number));
  EXPECT_EQ(Summary(gateway.Handle(Fetch("chat_id=C"))), "again early all");
}

TEST(HistoryTest, KeepsTimeAndAuthorOfAnEditedMessage) {
  TestGateway gateway;
  Receive(gateway, "C", "T", Numbered(1));
  std::string expected = gateway.Handle(Fetch("chat_id=C")).body;
  Receive(gateway, "C", "T", EditOf(1, R"("text":"mended")"), "event_updated");
  expected.replace(expected.find("\"t1\""), 4, "\"mended\"");
  EXPECT_EQ(gateway.Handle(Fetch("chat_id=C")).body, expected);
}

// A note tells nothing of the chat to those who ask for its history.
TEST(HistoryTest, KnowsNoChatOfNotesOnly) {
  TestGateway gateway;
  Receive(gateway, "C", "T", EditOf(1, R"("visibility":"agents")"));
  EXPECT_EQ(Summary(gateway.Handle(Fetch("chat_id=C"))), "404");
}

TEST(HistoryTest, QueuesNothing) {
  TestGateway gateway;
  Receive(gateway, "C", "T", Numbered(1));
  static_cast<void>(gateway.Handle(Fetch("chat_id=C")));
  EXPECT_EQ(gateway.accepted().size(), 1U);
}

}  // namespace
}  // namespace testing
}  // namespace livechat
}  // namespace omni::inline v0_1

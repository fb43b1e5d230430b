/// \file
/// Questions to the host's stores: who may ask, on whose behalf, and what is told when a store
/// fails.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "omni/testing/status_matchers.h"
#include "pipeline/harness.h"
#include "pipeline/switched_stores.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string Asking(std::string_view inquiry) {
  return R"({"inquiry":)" + std::string(inquiry) + "}";
}

constexpr std::string_view kInquiries[] = {
    R"({"history":{"conversation":"c1"}})", R"({"upload":{"conversation":"c1","content":"x"}})",
    R"({"change":{"account":"A","target":"https://a.example/"}})", R"({"removal":{"account":"A"}})",
    R"({"mappings":{}})"};

class InquiriesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    harness_.conversations = conversations_;
    harness_.media = MakeMemoryMediaStore({.base_url = "https://media.example/"});
    harness_.mappings = mappings_;
  }
  void Open() { ASSERT_THAT(harness_.Open(), IsOk()); }
  /// A channel with the shared token, for these accounts.
  void AddTenant(const std::string& tenant, std::vector<std::string> accounts) {
    ChannelConfig& channel = harness_.AddChannel();
    channel.tenant = tenant;
    channel.accounts = std::move(accounts);
  }
  HttpResponse Ask(std::string_view inquiry) { return harness_.Post(Asking(inquiry)); }
  void Say(const std::string& tenant, const std::string& id) {
    Event event;
    event.kind = EventKind::kMessage;
    event.tenant = tenant;
    event.conversation = "c1";
    event.carrier_message_id = id;
    event.dedupe_key = tenant + id;
    event.message = Message{};
    EXPECT_THAT(conversations_->Append({.events = std::vector<Event>{event}}), IsOk());
  }

  Harness harness_;
  std::shared_ptr<SwitchedConversationStore> conversations_ =
      std::make_shared<SwitchedConversationStore>(MakeMemoryConversationStore({}));
  std::shared_ptr<SwitchedMappingStore> mappings_ =
      std::make_shared<SwitchedMappingStore>(MakeMemoryMappingStore({}));
};

TEST_F(InquiriesTest, TheAdapterWordsWhatTheStoreSays) {
  Open();
  Say("default", "m1");
  Say("default", "m2");
  EXPECT_EQ(Ask(R"({"history":{"conversation":"c1"}})").body, "history m1 m2");
  EXPECT_THAT(Ask(R"({"upload":{"conversation":"c1","content":"x"}})").body,
              HasSubstr("media https://media.example/"));
  EXPECT_EQ(Ask(R"({"change":{"account":"A","target":"https://a.example/"}})").body,
            "mapping A https://a.example/");
  EXPECT_EQ(Ask(R"({"change":{"account":"A","enabled":false}})").body,
            "mapping A https://a.example/ disabled");
  EXPECT_EQ(Ask(R"({"mappings":{}})").body, "mappings A");
  EXPECT_EQ(Ask(R"({"removal":{"account":"A"}})").body, "mapping A https://a.example/ disabled");
  EXPECT_EQ(Ask(R"({"mappings":{}})").body, "mappings");
}

TEST_F(InquiriesTest, WithoutTheStoreIts404) {
  harness_.conversations = nullptr;
  harness_.media = nullptr;
  harness_.mappings = nullptr;
  Open();
  for (const std::string_view inquiry : kInquiries) {
    const HttpResponse response = Ask(inquiry);
    EXPECT_EQ(response.status, 404) << inquiry;
    EXPECT_EQ(ErrorCode(response), "NOT_FOUND");
    EXPECT_EQ(harness_.observer->requests().back().reason, "no_store");
  }
}

TEST_F(InquiriesTest, WhatTheStoreDoesNotHaveIts404) {
  Open();
  EXPECT_EQ(Ask(R"({"history":{"conversation":"unknown"}})").status, 404);
  EXPECT_EQ(Ask(R"({"removal":{"account":"A"}})").status, 404);
  EXPECT_EQ(Ask(R"({"change":{"account":"A","enabled":true}})").status, 404);
}

TEST_F(InquiriesTest, AChatOfWhichNobodyHasHeardGetsNoFiles) {
  Open();
  constexpr std::string_view kUpload = R"({"upload":{"conversation":"c1","content":"x"}})";
  EXPECT_EQ(Ask(kUpload).status, 404);
  Say("default", "m1");
  EXPECT_EQ(Ask(kUpload).status, 200);
  conversations_->read = std::make_shared<FailNth>(1);
  EXPECT_EQ(Ask(kUpload).status, 503);
}

TEST_F(InquiriesTest, AStoresTroubleIsA503OfWhichNothingIsTold) {
  conversations_->read = std::make_shared<FailNth>(1);
  Open();
  Say("default", "m1");
  const HttpResponse response = Ask(R"({"history":{"conversation":"c1"}})");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(Header(response, "Retry-After"), "5");
  EXPECT_THAT(response.body, Not(HasSubstr("db-7")));
  EXPECT_EQ(harness_.observer->requests().back().reason, "inquiry_unavailable");
  EXPECT_EQ(Ask(R"({"history":{"conversation":"c1"}})").status, 200);
}

TEST_F(InquiriesTest, AStoreWithoutRoomSaysSo) {
  harness_.media = MakeMemoryMediaStore({.max_file_bytes = 1});
  Open();
  Say("default", "m1");
  EXPECT_EQ(Ask(R"({"upload":{"conversation":"c1","content":"too much"}})").status, 429);
}

// Where a request is let through without a proof, the stores stay closed to it.
TEST_F(InquiriesTest, NobodyWhomNothingProvesMayAsk) {
  for (const bool insecure : {true, false}) {
    Harness harness;
    harness.conversations = conversations_;
    harness.media = harness_.media;
    harness.mappings = mappings_;
    ChannelConfig& channel = harness.AddChannel();
    channel.insecure = insecure;
    if (!insecure) channel.mode = VerifyMode::kShadow;
    ASSERT_THAT(harness.Open(), IsOk());
    for (const std::string_view inquiry : kInquiries) {
      WebhookRequest request = MakePost(Asking(inquiry));
      request.headers.Set("X-Token", "guess");
      const HttpResponse response = harness.Send(request);
      EXPECT_EQ(response.status, 401);
      EXPECT_EQ(ErrorCode(response), "UNAUTHORIZED");
      EXPECT_EQ(harness.observer->requests().back().reason, "inquiry_unproved");
    }
    EXPECT_EQ(harness.Post(Asking(R"({"mappings":{}})")).status, 200) << "with a proof";
  }
}

TEST_F(InquiriesTest, TheTenantIsThatOfTheChannelWhichServesTheAccount) {
  AddTenant("one", {"AC1"});
  AddTenant("two", {"AC2"});
  Open();
  Say("one", "of-one");
  Say("two", "of-two");
  EXPECT_EQ(Ask(R"({"history":{"account":"AC1","conversation":"c1"}})").body, "history of-one");
  EXPECT_EQ(Ask(R"({"history":{"account":"AC2","conversation":"c1"}})").body, "history of-two");
  EXPECT_EQ(Ask(R"({"history":{"conversation":"c1"}})").body, "history of-one");
  EXPECT_EQ(Ask(R"({"history":{"account":"AC3","conversation":"c1"}})").status, 404);
  EXPECT_EQ(Ask(R"({"upload":{"account":"AC3","conversation":"c1"}})").status, 404);
}

TEST_F(InquiriesTest, AMappingIsKeptWhereTheAccountsWebhooksAreLookedUp) {
  AddTenant("one", {"AC1"});
  AddTenant("two", {"AC2"});
  for (auto& [config, echo] : harness_.channels) echo.forwards_accounts = true;
  Open();
  Ask(R"({"change":{"account":"AC2","target":"https://a.example/"}})");
  Ask(R"({"change":{"account":"AC9","target":"https://b.example/"}})");
  EXPECT_EQ(harness_.Post(R"({"events":[{"id":"m2","account":"AC2"}]})").status, 200);
  EXPECT_EQ(harness_.Post(R"({"events":[{"id":"m9","account":"AC9"}]})").status, 200);
  EXPECT_THAT(harness_.sink->accepted(), IsEmpty());
  EXPECT_EQ(harness_.http->sent().size(), 2u);
}

TEST_F(InquiriesTest, MappingsAreListedForAllTenantsOfTheKey) {
  AddTenant("one", {"AC1", "AC3"});
  AddTenant("two", {"AC2", "AC4"});
  AddTenant("one", {"AC5"});
  Open();
  for (const char* account : {"AC4", "AC3", "AC2", "AC1", "AC5"}) {
    Ask(R"({"change":{"target":"https://a.example/","account":")" + std::string(account) + "\"}}");
  }
  EXPECT_EQ(Ask(R"({"mappings":{}})").body, "mappings AC1 AC2 AC3 AC4 AC5");
  EXPECT_EQ(Ask(R"({"mappings":{"limit":2}})").body, "mappings AC1 AC2 ...");
  EXPECT_EQ(Ask(R"({"mappings":{"limit":2,"after":"AC2"}})").body, "mappings AC3 AC4 ...");
  EXPECT_EQ(Ask(R"({"mappings":{"limit":2,"after":"AC4"}})").body, "mappings AC5");
  EXPECT_EQ(Ask(R"({"mappings":{"account":"AC2"}})").body, "mappings AC2");
}

TEST_F(InquiriesTest, TheKeyOfOneAccountOpensNoOther) {
  ChannelConfig& channel = harness_.AddChannel();
  channel.accounts = {"AC1", "AC2"};
  channel.account_secrets = {{.id = "AC1", .secrets = {{"token", {"own-key-of-1"}}}},
                             {.id = "AC2", .secrets = {{"token", {"own-key-of-2"}}}}};
  Open();
  Say("default", "m1");
  const auto ask = [&](const char* account) {
    WebhookRequest request = MakePost(
        Asking(R"({"history":{"conversation":"c1","account":")" + std::string(account) + "\"}}"));
    request.headers.Set("X-Token", "own-key-of-1");
    request.headers.Set("X-Account", "AC1");
    return harness_.Send(request).status;
  };
  EXPECT_EQ(ask("AC1"), 200);
  EXPECT_EQ(ask("AC2"), 404);
  EXPECT_EQ(ask(""), 200);
}

TEST_F(InquiriesTest, AreAskedOnceTheEventsAreQueued) {
  Open();
  const std::string body =
      R"({"events":[{"id":"m1"}],"inquiry":{"change":{"account":"A","target":"https://a.example/"}}})";
  harness_.sink->SetDecision(Refuse);
  EXPECT_EQ(harness_.Post(body).status, 503);
  EXPECT_EQ(Ask(R"({"mappings":{}})").body, "mappings");
  harness_.sink->SetDecision({});
  EXPECT_EQ(harness_.Post(body).body, "mapping A https://a.example/");
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1

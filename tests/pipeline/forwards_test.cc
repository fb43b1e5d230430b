/// \file
/// Accounts that are mapped to other environments: which requests go there, how often, and what
/// stays.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "omni/testing/status_matchers.h"
#include "pipeline/harness.h"
#include "pipeline/switched_stores.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr std::string_view kStaging = "https://staging.example/hook";
constexpr std::string_view kDev = "https://dev.example/hook";

/// A body with one message of each account.
std::string BodyOf(const std::vector<std::string>& accounts) {
  std::string events;
  for (const std::string& account : accounts) {
    if (!events.empty()) events += ',';
    events += R"({"id":"m)" + account + R"(","account":")" + account + R"("})";
  }
  return R"({"events":[)" + events + "]}";
}

class ForwardsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    harness_.mappings = mappings_;
    harness_.AddChannel({.forwards_accounts = true});
  }
  void Open() { ASSERT_THAT(harness_.Open(), IsOk()); }
  void Map(const std::string& account, std::string_view target, bool enabled = true) {
    EXPECT_THAT(mappings_->Change(
                    {.tenant = "default", .carrier = "echo"},
                    {.account = account, .target_url = std::string(target), .enabled = enabled},
                    harness_.clock->Now()),
                IsOk());
  }
  /// These targets fail, the others answer 204.
  void Break(std::vector<std::string_view> targets) {
    harness_.http->SetAnswer([targets](const HttpRequest& request) -> absl::StatusOr<HttpResponse> {
      const bool broken = std::find(targets.begin(), targets.end(), request.url) != targets.end();
      return HttpResponse::Empty(broken ? 502 : 204);
    });
  }
  std::vector<std::string> Sent() const {
    std::vector<std::string> urls;
    for (const HttpRequest& request : harness_.http->sent()) urls.push_back(request.url);
    return urls;
  }
  std::vector<std::string> QueuedAccounts() const {
    std::vector<std::string> accounts;
    for (const Event& event : harness_.AcceptedEvents()) accounts.push_back(event.account);
    return accounts;
  }
  std::string LastReason() const { return harness_.observer->requests().back().reason; }

  Harness harness_;
  std::shared_ptr<SwitchedMappingStore> mappings_ =
      std::make_shared<SwitchedMappingStore>(MakeMemoryMappingStore({}));
};

TEST_F(ForwardsTest, AMappedAccountsRequestGoesWholeToItsTargetAndNotToTheQueue) {
  Open();
  Map("A", kStaging);
  const std::string body = BodyOf({"A"}) + " \n";
  EXPECT_EQ(harness_.Post(body).status, 200);
  EXPECT_THAT(harness_.sink->accepted(), IsEmpty());
  ASSERT_THAT(harness_.http->sent(), SizeIs(1));
  const HttpRequest sent = harness_.http->sent().front();
  EXPECT_EQ(sent.url, kStaging);
  EXPECT_EQ(sent.body, body);
  EXPECT_EQ(sent.headers.Find("X-Omni-Forwarded"), "1");
  EXPECT_TRUE(sent.public_address_only);
  EXPECT_THAT(harness_.observer->ignored(), ElementsAre("account_mapped"));
}

TEST_F(ForwardsTest, AMixedRequestGoesOnceToEachTargetAndTheRestIsQueuedFirst) {
  Open();
  Map("A", kStaging);
  Map("B", kDev);
  Map("C", kStaging);
  Map("D", kDev, /*enabled=*/false);
  std::vector<std::size_t> queued_before;
  harness_.http->SetAnswer([&](const HttpRequest&) {
    queued_before.push_back(harness_.sink->accepted().size());
    return HttpResponse::Empty(200);
  });
  EXPECT_EQ(harness_.Post(BodyOf({"A", "1", "B", "C", "D", "A"})).status, 200);
  EXPECT_THAT(QueuedAccounts(), ElementsAre("1", "D"));
  EXPECT_THAT(Sent(), UnorderedElementsAre(kStaging, kDev));
  EXPECT_THAT(queued_before, ElementsAre(2, 2));
}

TEST_F(ForwardsTest, AnAdapterThatForwardsNothingIsLeftAlone) {
  harness_.channels.clear();
  harness_.AddChannel();
  Open();
  Map("A", kStaging);
  EXPECT_EQ(harness_.Post(BodyOf({"A"})).status, 200);
  EXPECT_THAT(QueuedAccounts(), ElementsAre("A"));
  EXPECT_THAT(Sent(), IsEmpty());
}

TEST_F(ForwardsTest, WithoutAStoreNothingIsForwarded) {
  harness_.mappings = nullptr;
  Open();
  EXPECT_EQ(harness_.Post(BodyOf({"A"})).status, 200);
  EXPECT_THAT(QueuedAccounts(), ElementsAre("A"));
}

TEST_F(ForwardsTest, ARedeliveryGoesNowhereTwice) {
  Open();
  Map("A", kStaging);
  EXPECT_EQ(harness_.Post(BodyOf({"A", "1"})).status, 200);
  EXPECT_EQ(harness_.Post(BodyOf({"A", "1"})).status, 200);
  EXPECT_THAT(Sent(), ElementsAre(kStaging));
  // Another body is another request.
  EXPECT_EQ(harness_.Post(BodyOf({"A", "2"})).status, 200);
  EXPECT_THAT(Sent(), ElementsAre(kStaging, kStaging));
}

TEST_F(ForwardsTest, ADeadTargetKeepsNothingFromTheOthers) {
  Open();
  Map("A", kStaging);
  Map("B", kDev);
  Break({kStaging});
  const std::string body = BodyOf({"A", "B", "1"});
  const HttpResponse response = harness_.Post(body);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(Header(response, "Retry-After"), "5");
  EXPECT_EQ(LastReason(), "follow_up_failed");
  EXPECT_THAT(Sent(), ElementsAre(kStaging, kDev));
  EXPECT_THAT(QueuedAccounts(), ElementsAre("1"));
  // A redelivery goes only where the request has not been.
  EXPECT_EQ(harness_.Post(body).status, 503);
  Break({});
  EXPECT_EQ(harness_.Post(body).status, 200);
  EXPECT_THAT(Sent(), ElementsAre(kStaging, kDev, kStaging, kStaging));
  EXPECT_THAT(QueuedAccounts(), ElementsAre("1"));
}

TEST_F(ForwardsTest, TheAdaptersOwnRequestsAreMadeAllTheSame) {
  Open();
  Map("A", kStaging);
  Break({kStaging});
  EXPECT_EQ(
      harness_.Post(R"({"events":[{"id":"m","account":"A"}],"followUps":["https://c.example/"]})")
          .status,
      503);
  EXPECT_THAT(Sent(), ElementsAre(kStaging, "https://c.example/"));
}

TEST_F(ForwardsTest, OneThatIsUnderWayIsNotSentTwice) {
  Open();
  Map("A", kStaging);
  harness_.sink->Hold();
  const Answers first = harness_.SendAsync(MakePost(BodyOf({"A", "1"})));
  // The same body claims the same forward, and finds its event in flight as well.
  EXPECT_EQ(harness_.SendAsync(MakePost(BodyOf({"A", "1"})))->at(0).status, 503);
  EXPECT_THAT(Sent(), IsEmpty());
  harness_.sink->Release();
  EXPECT_EQ(first->at(0).status, 200);
  EXPECT_THAT(Sent(), ElementsAre(kStaging));
}

/// Keeps the completions until told. Thread safety: thread-compatible.
class SlowHttpClient : public HttpClient {
 public:
  void Send(SendParams, Completion<absl::StatusOr<HttpResponse>> done) override {
    pending.push_back(std::move(done));
  }
  std::vector<Completion<absl::StatusOr<HttpResponse>>> pending;
};

TEST_F(ForwardsTest, AForwardUnderWayAsksTheCarrierToComeAgain) {
  const auto http = std::make_shared<SlowHttpClient>();
  harness_.other_http = http;
  Open();
  Map("A", kStaging);
  const Answers first = harness_.SendAsync(MakePost(BodyOf({"A"})));
  EXPECT_EQ(harness_.Post(BodyOf({"A"})).status, 503);
  EXPECT_EQ(LastReason(), "in_flight");
  ASSERT_THAT(http->pending, SizeIs(1));
  EXPECT_THAT(*first, IsEmpty());
  std::move(http->pending.front())(HttpResponse::Empty(200));
  ASSERT_THAT(*first, SizeIs(1));
  EXPECT_EQ(first->front().status, 200);
  EXPECT_EQ(harness_.Post(BodyOf({"A"})).status, 200);
  EXPECT_THAT(http->pending, SizeIs(1));
}

TEST_F(ForwardsTest, AForwardThatTheClientForgetsCountsAsFailed) {
  const auto http = std::make_shared<SlowHttpClient>();
  harness_.other_http = http;
  Open();
  Map("A", kStaging);
  const Answers answers = harness_.SendAsync(MakePost(BodyOf({"A"})));
  harness_.gateway = nullptr;
  http->pending.clear();
  ASSERT_THAT(*answers, SizeIs(1));
  EXPECT_EQ(answers->front().status, 503);
}

TEST_F(ForwardsTest, MoreTargetsThanOneDeliveryReachesAreReachedByTheNext) {
  Open();
  std::vector<std::string> accounts;
  for (int i = 0; i < 150; ++i) {
    accounts.push_back("A" + std::to_string(i));
    Map(accounts.back(), "https://t.example/" + std::to_string(i));
  }
  EXPECT_EQ(harness_.Post(BodyOf(accounts)).status, 503);
  EXPECT_THAT(Sent(), SizeIs(100));
  EXPECT_EQ(harness_.Post(BodyOf(accounts)).status, 200);
  std::vector<std::string> sent = Sent();
  EXPECT_THAT(sent, SizeIs(150));
  std::sort(sent.begin(), sent.end());
  EXPECT_EQ(std::unique(sent.begin(), sent.end()), sent.end());
}

TEST_F(ForwardsTest, NothingIsTakenWhileTheMappingsCannotBeRead) {
  Open();
  Map("B", kStaging);
  mappings_->find = std::make_shared<FailNth>(2);
  const HttpResponse response = harness_.Post(BodyOf({"1", "B"}));
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.body, Not(HasSubstr("db-7")));
  EXPECT_EQ(LastReason(), "mappings_unavailable");
  EXPECT_THAT(harness_.sink->accepted(), IsEmpty());
  EXPECT_EQ(harness_.Post(BodyOf({"1", "B"})).status, 200);
  EXPECT_THAT(QueuedAccounts(), ElementsAre("1"));
}

TEST_F(ForwardsTest, TheStoreIsAskedOnceForEachAccountInWhateverOrder) {
  Open();
  Map("A", kStaging);
  mappings_->find = std::make_shared<FailNth>(3);
  EXPECT_EQ(harness_.Post(BodyOf({"A", "1", "A", "A", "1"})).status, 200);
  EXPECT_THAT(QueuedAccounts(), ElementsAre("1"));
  EXPECT_THAT(Sent(), ElementsAre(kStaging));
  EXPECT_EQ(harness_.Post(BodyOf({"2"})).status, 503) << "who asked a third time";
}

TEST_F(ForwardsTest, WhatWasForwardedHereIsNotPassedOn) {
  Open();
  Map("A", kStaging);
  WebhookRequest request = MakePost(BodyOf({"A", "1"}));
  request.headers.Add("X-Omni-Forwarded", "1");
  EXPECT_EQ(harness_.Send(request).status, 403);
  EXPECT_EQ(LastReason(), "forwarded_twice");
  EXPECT_THAT(Sent(), IsEmpty());
  EXPECT_THAT(harness_.sink->accepted(), IsEmpty());
}

TEST_F(ForwardsTest, AForgedRequestIsForwardedNowhere) {
  Open();
  Map("A", kStaging);
  WebhookRequest request = MakePost(BodyOf({"A"}));
  request.headers.Set("X-Token", "guess");
  EXPECT_EQ(harness_.Send(request).status, 401);
  EXPECT_THAT(Sent(), IsEmpty());
}

TEST_F(ForwardsTest, NothingIsForwardedWhoseRestIsNotQueued) {
  Open();
  Map("A", kStaging);
  harness_.sink->SetDecision(Refuse);
  EXPECT_EQ(harness_.Post(BodyOf({"A", "1"})).status, 503);
  EXPECT_THAT(Sent(), IsEmpty());
}

TEST_F(ForwardsTest, AMissingHttpClientIsWarnedOfAtTheStart) {
  harness_.http = nullptr;
  Open();
  EXPECT_THAT(harness_.observer->warnings(), Contains(HasSubstr("no_http_client: ")));
  Map("A", kStaging);
  EXPECT_EQ(harness_.Post(BodyOf({"A"})).status, 500);
  EXPECT_EQ(LastReason(), "no_http_client");
}

TEST_F(ForwardsTest, AnAccountThatNoChannelServesMayBeMapped) {
  harness_.channels.front().first.accounts = {"1"};
  Open();
  Map("A", kStaging);
  EXPECT_EQ(harness_.Post(BodyOf({"A"})).status, 200);
  EXPECT_THAT(Sent(), ElementsAre(kStaging));
  EXPECT_EQ(harness_.Post(BodyOf({"B"})).status, 404);
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1

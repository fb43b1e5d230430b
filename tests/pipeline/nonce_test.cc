/// \file
/// What a carrier signs to be used once is used once; a redelivery is not taken for a replay.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "omni/testing/status_matchers.h"
#include "pipeline/harness.h"
#include "pipeline/switched_stores.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

WebhookRequest PostWith(std::string nonce, std::string_view body) {
  WebhookRequest request = MakePost(body);
  request.headers.Add("X-Nonce", std::move(nonce));
  return request;
}

class NonceTest : public ::testing::Test {
 protected:
  void Open(EchoOptions options = {}) {
    harness_.AddChannel(std::move(options));
    ASSERT_THAT(harness_.Open(), IsOk());
  }
  int Deliver(const std::string& nonce, const std::vector<std::string>& ids) {
    return harness_.Send(PostWith(nonce, MessagesBody(ids))).status;
  }
  std::string LastReason() const { return harness_.observer->requests().back().reason; }

  Harness harness_;
};

TEST_F(NonceTest, ANewEventUnderAUsedNonceIsRefused) {
  Open();
  EXPECT_EQ(Deliver("n1", {"m1"}), 200);
  const HttpResponse response = harness_.Send(PostWith("n1", MessagesBody({"m2"})));
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(ErrorCode(response), "INVALID_SIGNATURE");
  EXPECT_EQ(LastReason(), "proof_replayed");
  EXPECT_EQ(Deliver("n1", {"m1", "m2"}), 401);
  EXPECT_THAT(harness_.sink->accepted(), SizeIs(1));
  // The refused event is nobody's: with a nonce of its own it is taken.
  EXPECT_EQ(Deliver("n2", {"m2"}), 200);
  EXPECT_THAT(harness_.sink->accepted(), SizeIs(2));
}

TEST_F(NonceTest, ARedeliveryOfTheSameEventsIsAcknowledged) {
  Open();
  EXPECT_EQ(Deliver("n1", {"m1", "m2"}), 200);
  EXPECT_EQ(Deliver("n1", {"m1", "m2"}), 200);
  EXPECT_EQ(Deliver("n1", {"m2"}), 200);
  EXPECT_EQ(Deliver("n1", {}), 200);
  EXPECT_THAT(harness_.sink->accepted(), SizeIs(2));
}

TEST_F(NonceTest, ANonceInFlightAsksToComeAgain) {
  Open();
  harness_.sink->Hold();
  const Answers first = harness_.SendAsync(PostWith("n1", MessagesBody({"m1"})));
  EXPECT_EQ(Deliver("n1", {"m2"}), 503);
  EXPECT_EQ(LastReason(), "in_flight");
  harness_.sink->Release();
  EXPECT_EQ(first->at(0).status, 200);
  EXPECT_EQ(Deliver("n1", {"m2"}), 401);
}

TEST_F(NonceTest, AFailedRequestMayComeAgain) {
  Open();
  harness_.sink->SetDecision(Refuse);
  EXPECT_EQ(Deliver("n1", {"m1"}), 503);
  harness_.sink->SetDecision({});
  EXPECT_EQ(Deliver("n1", {"m1"}), 200);
  EXPECT_EQ(Deliver("n1", {"m2"}), 401);
}

TEST_F(NonceTest, OneWhoseFollowUpFailedMayComeAgain) {
  Open();
  const WebhookRequest request =
      PostWith("n1", R"({"events":[{"id":"m1"}],"followUps":["https://c.example/"]})");
  harness_.http->SetAnswer([](const HttpRequest&) { return HttpResponse::Empty(500); });
  EXPECT_EQ(harness_.Send(request).status, 503);
  harness_.http->SetAnswer({});
  EXPECT_EQ(harness_.Send(request).status, 200);
}

TEST_F(NonceTest, APartIsAnEvent) {
  harness_.fragments = MakeMemoryFragmentStore({});
  Open();
  const auto part = [](const char* id, int number) {
    return R"({"events":[{"id":")" + std::string(id) +
           R"(","fragment":{"reference":"1","number":)" + std::to_string(number) +
           R"(,"total":2}}]})";
  };
  EXPECT_EQ(harness_.Send(PostWith("n1", part("a", 1))).status, 200);
  EXPECT_EQ(harness_.Send(PostWith("n1", part("a", 1))).status, 200);
  EXPECT_EQ(harness_.Send(PostWith("n1", part("b", 2))).status, 401);
  EXPECT_EQ(harness_.Send(PostWith("n2", part("b", 2))).status, 200);
  EXPECT_THAT(harness_.sink->accepted(), SizeIs(1));
}

TEST_F(NonceTest, IsForgottenOnceItsProofHasExpired) {
  Open({.nonce_life = absl::Minutes(1)});
  EXPECT_EQ(Deliver("n1", {"m1"}), 200);
  harness_.clock->Advance(absl::Seconds(59));
  EXPECT_EQ(Deliver("n1", {"m2"}), 401);
  harness_.clock->Advance(absl::Seconds(1));
  EXPECT_EQ(Deliver("n1", {"m2"}), 200);
}

TEST_F(NonceTest, DiffersFromTenantToTenant) {
  ChannelConfig& other = harness_.AddChannel({.path = "/other"});
  other.tenant = "other";
  Open();
  EXPECT_EQ(Deliver("n1", {"m1"}), 200);
  WebhookRequest request = MakePostTo("/other", MessagesBody({"m2"}));
  request.headers.Add("X-Nonce", "n1");
  EXPECT_EQ(harness_.Send(request).status, 200);
}

TEST_F(NonceTest, IsNeverReportedNorStoredAsItIs) {
  const auto store = std::make_shared<SwitchedIdempotencyStore>(harness_.store);
  harness_.store = store;
  Open();
  EXPECT_EQ(Deliver("canary-nonce", {"m1"}), 200);
  EXPECT_EQ(harness_.observer->AllText().find("canary-nonce"), std::string::npos);
}

TEST_F(NonceTest, AQuestionUnderAUsedNonceIsRefused) {
  harness_.mappings = MakeMemoryMappingStore({});
  Open();
  const auto ask = [&](const char* nonce, const char* target) {
    const std::string body =
        R"({"inquiry":{"change":{"account":"A","target":")" + std::string(target) + R"("}}})";
    return harness_.Send(PostWith(nonce, body));
  };
  EXPECT_EQ(ask("n1", "https://a.example/").body, "mapping A https://a.example/");
  EXPECT_EQ(ask("n1", "https://mallory.example/").status, 401);
  EXPECT_EQ(ask("n2", "https://b.example/").status, 200);
}

TEST_F(NonceTest, AQuestionThatTheStoreDidNotAnswerMayBePutAgain) {
  const auto conversations =
      std::make_shared<SwitchedConversationStore>(MakeMemoryConversationStore({}));
  conversations->read = std::make_shared<FailNth>(1);
  harness_.conversations = conversations;
  Open();
  const WebhookRequest request = PostWith("n1", R"({"inquiry":{"history":{"conversation":"c1"}}})");
  EXPECT_EQ(harness_.Send(request).status, 503);
  EXPECT_EQ(harness_.Send(request).status, 404);
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1

/// \file
/// What is proved and not understood is kept, once, without its credentials.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "omni/error.h"
#include "omni/support/capsule_codec.h"
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
using ::testing::SizeIs;

class QuarantineTest : public ::testing::Test {
 protected:
  void SetUp() override { harness_.quarantine = quarantine_; }
  void Open() { ASSERT_THAT(harness_.Open(), IsOk()); }
  std::vector<Capsule> Kept() const {
    const auto capsules = quarantine_->List({});
    EXPECT_THAT(capsules, IsOk());
    return capsules.ok() ? *capsules : std::vector<Capsule>();
  }

  Harness harness_;
  std::shared_ptr<SwitchedQuarantineStore> quarantine_ =
      std::make_shared<SwitchedQuarantineStore>(MakeMemoryQuarantineStore({}));
};

struct Refusal {
  const char* name;
  std::string body;
  int status;
  std::string_view reason;
};

std::string ManyFollowUps() {
  std::string urls = R"("https://c.example/")";
  for (int i = 0; i < 100; ++i) urls += R"(,"https://c.example/")";
  return R"({"followUps":[)" + urls + "]}";
}

const std::vector<Refusal>& Refusals() {
  static const auto& refusals =
      *new std::vector<Refusal>{{"NotJson", "{", 400, "json_malformed"},
                                {"MissingField", R"({"refuse":"field"})", 400, "missing_field"},
                                {"TooLarge", R"({"refuse":"413"})", 413, "too_large"},
                                {"MediaType", R"({"refuse":"415"})", 415, "media_type"},
                                {"Unprocessable", R"({"refuse":"422"})", 422, "unprocessable"},
                                {"TooMany", R"({"refuse":"429"})", 413, "too_many_events"},
                                {"Bug", R"({"refuse":"500"})", 500, "internal"},
                                {"TooManyFollowUps", ManyFollowUps(), 500, "too_many_follow_ups"}};
  return refusals;
}

TEST_F(QuarantineTest, KeepsEveryVerifiedRequestThatIsRefusedOnce) {
  Open();
  for (const Refusal& refusal : Refusals()) {
    SCOPED_TRACE(refusal.name);
    for (int delivery = 0; delivery < 3; ++delivery) {
      EXPECT_EQ(harness_.Post(refusal.body).status, refusal.status);
      harness_.clock->Advance(absl::Minutes(1));
    }
    const std::vector<Capsule> kept = Kept();
    ASSERT_THAT(kept, SizeIs(1));
    EXPECT_EQ(kept[0].http_status, refusal.status);
    EXPECT_EQ(kept[0].reason, harness_.observer->requests().back().reason);
    EXPECT_EQ(kept[0].reason, refusal.reason);
    EXPECT_EQ(kept[0].request.body, refusal.body);
    EXPECT_EQ(kept[0].authentication, "verified");
    EXPECT_EQ(kept[0].channel, "echo-0");
    EXPECT_EQ(kept[0].tenant, "default");
    EXPECT_EQ(kept[0].key_id, "token[0]");
    EXPECT_TRUE(kept[0].coverage.body);
    EXPECT_FALSE(kept[0].version.empty());
    EXPECT_THAT(quarantine_->Remove(kept[0].id), IsOk());
  }
}

TEST_F(QuarantineTest, KeepsTheRequestAsItCame) {
  Open();
  WebhookRequest request = MakePostTo("/echo?a=%20b&c&a=2", std::string("{\xFF\0\x01", 4));
  request.headers = {{"host", "hooks.example.com"},
                     {"X-Token", std::string(kToken)},
                     {"X-Twice", "1"},
                     {"x-twice", "2 "},
                     {"Content-Type", "application/json"},
                     {"I-Twilio-Idempotency-Token", "3f0c"}};
  request.tls = true;
  request.received_at = absl::FromUnixMillis(1700000000123);
  EXPECT_EQ(harness_.Send(request).status, 400);
  ASSERT_THAT(Kept(), SizeIs(1));
  const WebhookRequest kept = Kept().front().request;
  EXPECT_EQ(kept.method, HttpMethod::kPost);
  EXPECT_EQ(kept.target, request.target);
  EXPECT_EQ(kept.external_url, "https://hooks.example.com/echo?a=%20b&c&a=2");
  EXPECT_EQ(kept.body, request.body);
  EXPECT_EQ(kept.peer, request.peer);
  EXPECT_TRUE(kept.tls);
  EXPECT_EQ(kept.received_at, request.received_at);
  request.headers.Set("X-Token", "blanked");
  ASSERT_EQ(kept.headers.size(), request.headers.size());
  for (const auto& [name, value] : request.headers) {
    EXPECT_THAT(kept.headers.items(), ::testing::Contains(std::pair(name, value)));
  }
}

TEST_F(QuarantineTest, KeepsNoCredential) {
  Open();
  WebhookRequest request = MakePostTo(
      "/echo?chat_id=7&Token=canary-1&hub.verify%5Ftoken=canary-2&key=canary-3&sig=canary-4&"
      "author=ann&my_secret=canary-5&flag",
      R"({"refuse":"field","password":")" + std::string(kBodySecret) + "\"}");
  const std::vector<std::string> names = {
      "Authorization", "Proxy-Authorization",  "Cookie",        "X-Hub-Signature-256",
      "X-Api-Key",     "X-Twilio-Signature",   "X-ApiKey",      "MessageBird-Signature-JWT",
      "X-Auth",        "X-Webhook-Secret",     "X-Credentials", "Ocp-Apim-Subscription-Key",
      "X-Password",    "X-Amz-Security-Token", "X-Token-Old"};
  for (const std::string& name : names) request.headers.Add(name, "canary-of-" + name);
  request.external_url = "https://user:canary-userinfo@hooks.example.com" + request.target;
  EXPECT_EQ(harness_.Send(request).status, 400);
  ASSERT_THAT(Kept(), SizeIs(1));
  const Capsule capsule = Kept().front();
  const std::string text = ToJson(capsule);
  EXPECT_THAT(text, Not(HasSubstr("canary")));
  EXPECT_THAT(text, Not(HasSubstr(kToken)));
  EXPECT_EQ(capsule.request.target,
            "/echo?chat_id=7&Token=blanked&hub.verify%5Ftoken=blanked&key=blanked&sig=blanked&"
            "author=ann&my_secret=blanked&flag");
  EXPECT_EQ(capsule.request.external_url, "https://hooks.example.com" + capsule.request.target);
  EXPECT_EQ(capsule.request.headers.size(), request.headers.size());
  EXPECT_EQ(capsule.request.headers.Find("Host"), "hooks.example.com");
}

TEST_F(QuarantineTest, AsksTheCarrierToComeAgainWhileTheRequestCannotBeKept) {
  Open();
  quarantine_->put = std::make_shared<FailNth>(1);
  const HttpResponse response = harness_.Post("{");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(Header(response, "Retry-After"), "5");
  EXPECT_THAT(response.body, Not(HasSubstr("db-7")));
  EXPECT_EQ(harness_.observer->requests().back().reason, "quarantine_unavailable");
  EXPECT_EQ(harness_.Post("{").status, 400);
  EXPECT_THAT(Kept(), SizeIs(1));
}

TEST_F(QuarantineTest, AFullStoreAsksTheCarrierToComeAgain) {
  harness_.quarantine = MakeMemoryQuarantineStore({.max_capsules = 1});
  Open();
  EXPECT_EQ(harness_.Post("{").status, 400);
  EXPECT_EQ(harness_.Post("[").status, 503);
  EXPECT_EQ(harness_.Post("{").status, 400) << "it is there already";
}

TEST_F(QuarantineTest, WithoutAStoreARefusalIsARefusal) {
  harness_.quarantine = nullptr;
  Open();
  EXPECT_EQ(harness_.Post("{").status, 400);
}

TEST_F(QuarantineTest, KeepsNothingOfAClientOfTheHosts) {
  Open();
  WebhookRequest request = MakePost("{");
  request.headers.Add("X-Sender", "host");
  EXPECT_EQ(harness_.Send(request).status, 400);
  EXPECT_THAT(Kept(), IsEmpty());
}

TEST_F(QuarantineTest, KeepsNothingThatIsNotProved) {
  Open();
  WebhookRequest forged = MakePost("{");
  forged.headers.Set("X-Token", "guess");
  EXPECT_EQ(harness_.Send(forged).status, 401);
  WebhookRequest faulty = MakePost("{");
  faulty.headers.Add("X-Fault", "verify");
  EXPECT_EQ(harness_.Send(faulty).status, 500);
  WebhookRequest method = MakePost("{");
  method.method = HttpMethod::kPut;
  EXPECT_EQ(harness_.Send(method).status, 405);
  EXPECT_EQ(harness_.Send(MakePostTo("/nowhere", "{")).status, 404);
  EXPECT_EQ(harness_.Post(std::string((4u << 20) + 1, 'x')).status, 413);
  EXPECT_THAT(Kept(), IsEmpty());
}

TEST_F(QuarantineTest, KeepsNothingThatTheQueueRefused) {
  Open();
  harness_.sink->SetDecision(Refuse);
  EXPECT_EQ(harness_.Post(kOneMessage).status, 503);
  EXPECT_THAT(Kept(), IsEmpty());
}

TEST_F(QuarantineTest, SaysHowFarARequestIsToBeBelieved) {
  for (const bool insecure : {true, false}) {
    Harness harness;
    harness.quarantine = MakeMemoryQuarantineStore({});
    ChannelConfig& channel = harness.AddChannel();
    channel.insecure = insecure;
    if (!insecure) channel.mode = VerifyMode::kShadow;
    ASSERT_THAT(harness.Open(), IsOk());
    WebhookRequest request = MakePost("{");
    request.headers.Set("X-Token", "guess");
    EXPECT_EQ(harness.Send(request).status, 400);
    const auto kept = harness.quarantine->List({});
    ASSERT_THAT(kept, IsOk());
    ASSERT_THAT(*kept, SizeIs(1));
    EXPECT_EQ(kept->front().authentication, insecure ? "insecure" : "shadow");
  }
}

TEST_F(QuarantineTest, KeepsARequestOfWhichNoChannelServesSomeAccounts) {
  harness_.AddChannel().accounts = {"AC1"};
  Open();
  const std::string some =
      R"({"events":[{"id":"m1","account":"AC1"},{"id":"m2","account":"AC2"}]})";
  EXPECT_EQ(harness_.Post(some).status, 200);
  EXPECT_THAT(harness_.AcceptedKeys(), ElementsAre("echo:default:message:m1"));
  const std::string none = R"({"events":[{"id":"m2","account":"AC2"}]})";
  EXPECT_EQ(harness_.Post(none).status, 404);
  const std::vector<Capsule> kept = Kept();
  ASSERT_THAT(kept, SizeIs(2));
  EXPECT_EQ(kept[0].request.body, some);
  EXPECT_EQ(kept[0].http_status, 200);
  EXPECT_EQ(kept[1].request.body, none);
  EXPECT_EQ(kept[1].http_status, 404);
  for (const Capsule& capsule : kept) EXPECT_EQ(capsule.reason, "account_not_served");
}

TEST_F(QuarantineTest, TakesNothingOfSuchARequestWhileItCannotBeKept) {
  harness_.AddChannel().accounts = {"AC1"};
  Open();
  quarantine_->put = std::make_shared<FailNth>(1);
  const std::string body =
      R"({"events":[{"id":"m1","account":"AC1"},{"id":"m2","account":"AC2"}]})";
  EXPECT_EQ(harness_.Post(body).status, 503);
  EXPECT_THAT(harness_.sink->accepted(), IsEmpty());
  EXPECT_EQ(harness_.Post(body).status, 200);
  EXPECT_THAT(harness_.sink->accepted(), SizeIs(1));
}

// The environment that passed it on has the accounts that are not served here.
TEST_F(QuarantineTest, LeavesToAnotherEnvironmentWhatThatOnePassedOn) {
  harness_.AddChannel().accounts = {"AC1"};
  Open();
  WebhookRequest request =
      MakePost(R"({"events":[{"id":"m1","account":"AC1"},{"id":"m2","account":"AC2"}]})");
  request.headers.Add("X-Omni-Forwarded", "1");
  EXPECT_EQ(harness_.Send(request).status, 200);
  EXPECT_THAT(Kept(), IsEmpty());
  request.body = "{";
  EXPECT_EQ(harness_.Send(request).status, 400);
  EXPECT_THAT(Kept(), SizeIs(1)) << "what it cannot read may be its own";
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1

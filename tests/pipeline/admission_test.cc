/// \file
/// Who is served now: an Admission is asked on arrival and once a request is proved, and a refusal
/// of it is the answer. Headers that events carry into the queue.

#include "omni/ports/admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "omni/error.h"
#include "omni/testing/status_matchers.h"
#include "pipeline/harness.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

/// Remembers who was asked for and says what it was told to.
class FakeAdmission final : public Admission {
 public:
  absl::Status AdmitArrival(const ArrivalParams& params) override {
    asked.push_back("arrival " + std::string(params.client));
    return arrival;
  }
  absl::Status AdmitProved(const ProvedParams& params) override {
    asked.push_back("proved " + std::string(params.tenant) + " " + std::string(params.channel));
    return proved;
  }

  std::vector<std::string> asked = {};
  absl::Status arrival = absl::OkStatus();
  absl::Status proved = absl::OkStatus();
};

absl::Status ComeLater() {
  return MakeError(absl::StatusCode::kResourceExhausted, "too many requests",
                   {.reason = "rate", .retry_after = absl::Seconds(7)});
}

class AdmissionTest : public ::testing::Test {
 protected:
  void Open() {
    harness_.AddChannel().tenant = "acme";
    harness_.admission = admission_;
    ASSERT_THAT(harness_.Open(), IsOk());
  }
  HttpResponse Post(std::string_view body = kOneMessage) {
    WebhookRequest request = MakePost(body);
    request.peer = "192.0.2.1";
    return harness_.Send(std::move(request));
  }

  Harness harness_;
  std::shared_ptr<FakeAdmission> admission_ = std::make_shared<FakeAdmission>();
};

TEST_F(AdmissionTest, IsAskedOnArrivalAndOnceProved) {
  Open();
  EXPECT_EQ(Post().status, 200);
  EXPECT_THAT(admission_->asked, ElementsAre("arrival 192.0.2.1", "proved acme echo-0"));
}

TEST_F(AdmissionTest, AStrangerUsesUpNobodysShare) {
  Open();
  WebhookRequest forged = MakePost(kOneMessage);
  forged.peer = "192.0.2.1";
  forged.headers = {};
  EXPECT_EQ(harness_.Send(std::move(forged)).status, 401);
  EXPECT_THAT(admission_->asked, ElementsAre("arrival 192.0.2.1"));
}

TEST_F(AdmissionTest, ARefusalOnArrivalIsTheAnswerToAnything) {
  Open();
  admission_->arrival = ComeLater();
  WebhookRequest request = MakePostTo("/nowhere", "{}");
  request.peer = "192.0.2.1";
  const HttpResponse response = harness_.Send(std::move(request));
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(ErrorCode(response), "RATE_LIMITED");
  EXPECT_EQ(Header(response, "Retry-After"), "7");
}

TEST_F(AdmissionTest, ARefusalOnceProvedTakesNothing) {
  Open();
  admission_->proved = ComeLater();
  const HttpResponse response = Post();
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(ErrorCode(response), "RATE_LIMITED");
  EXPECT_EQ(Header(response, "Retry-After"), "7");
  EXPECT_THAT(harness_.sink->accepted(), IsEmpty());
  EXPECT_EQ(harness_.observer->requests().back().reason, "rate");
  admission_->proved = absl::OkStatus();
  EXPECT_EQ(Post().status, 200) << "no claim was left behind";
}

TEST_F(AdmissionTest, IsNotAskedWhereTheClientCannotBeTold) {
  Open();
  WebhookRequest request = MakePost(kOneMessage);
  request.peer = "not an address";
  EXPECT_EQ(harness_.Send(std::move(request)).status, 200);
  EXPECT_THAT(admission_->asked, ElementsAre("proved acme echo-0"));
}

TEST(CarriedHeadersTest, GoWithTheEventAndIntoTheReport) {
  Harness harness;
  harness.options.carry_headers = {"TraceParent", "X-Absent"};
  ASSERT_THAT(harness.Open(), IsOk());
  WebhookRequest request = MakePost(kOneMessage);
  request.headers.Add("TRACEPARENT", "00-1-2-01");
  EXPECT_EQ(harness.Send(std::move(request)).status, 200);
  EXPECT_THAT(harness.sink->accepted()[0].headers, ElementsAre(Pair("traceparent", "00-1-2-01")));
  EXPECT_THAT(harness.observer->requests()[0].carried,
              ElementsAre(Pair("traceparent", "00-1-2-01")));
}

TEST(CarriedHeadersTest, AreLeftOutWhenTheyAreUnfit) {
  Harness harness;
  harness.options.carry_headers = {"traceparent"};
  ASSERT_THAT(harness.Open(), IsOk());
  int number = 0;
  for (const std::string& value : {std::string(), std::string("a\x01"), std::string(513, 'a')}) {
    WebhookRequest request = MakePost(MessagesBody({"m" + std::to_string(++number)}));
    request.headers.Add("traceparent", value);
    EXPECT_EQ(harness.Send(std::move(request)).status, 200);
    EXPECT_THAT(harness.sink->accepted().back().headers, IsEmpty());
  }
}

TEST(CarriedHeadersTest, CannotSpeakForTheGateway) {
  Harness harness;
  harness.options.carry_headers = {"Omni-Authentication", "bad name"};
  const std::string problems(harness.Open().message());
  EXPECT_THAT(problems, HasSubstr("carryHeaders[0]: headers that begin with omni- are"));
  EXPECT_THAT(problems, HasSubstr("carryHeaders[1]: expected the name of a header"));
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1

#include "pigeon_adapter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omni/codec.h"
#include "omni/components/memory.h"
#include "omni/gateway.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "omni/testing/fakes.h"
#include "omni/testing/status_matchers.h"

namespace pigeon {
namespace {

using ::omni::testing::FakeClock;
using ::omni::testing::FakeEntropy;
using ::omni::testing::IsOk;
using ::omni::testing::RecordingObserver;
using ::omni::testing::RecordingSink;
using ::omni::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr std::string_view kKey = "a key that Pigeon gave us";

constexpr std::string_view kLetter =
    R"({"kind":"letter","id":"pgn-51","from":"4915112340011","to":"+15550100200",)"
    R"("sentAt":"2024-01-15T10:29:58Z","text":"The bird is tired"})";
constexpr std::string_view kFlight =
    R"({"kind":"flight","id":"pgn-48","from":"+15550100200","to":"+4915112340011",)"
    R"("state":"lost","cause":{"code":17,"text":"a hawk"}})";

std::string Updates(std::string_view updates) {
  return R"({"loft":"loft-7","updates":[)" + std::string(updates) + "]}";
}

/// A gateway with one pigeon channel, and everything around it fake.
class PigeonAdapterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(Open(R"({"adapter": "pigeon", "signingKey": "a key that Pigeon gave us"})"),
                IsOk());
  }

  absl::Status Open(std::string_view channel) {
    omni::AdapterRegistry::Builder adapters;
    Register(adapters);
    auto registry = std::move(adapters).Build();
    if (!registry.ok()) return registry.status();
    omni::Gateway::Builder builder;
    builder.SetSink(sink_)
        .SetIdempotencyStore(omni::MakeMemoryIdempotencyStore({}))
        .SetClock(clock_)
        .SetEntropy(std::make_shared<FakeEntropy>())
        .SetObserver(observer_)
        .AddChannelJson(channel);
    auto gateway = std::move(builder).Build(*registry);
    if (!gateway.ok()) return gateway.status();
    gateway_ = *std::move(gateway);
    return absl::OkStatus();
  }

  omni::WebhookRequest Signed(std::string body, std::string_view key = kKey) {
    const std::string timestamp = std::to_string(absl::ToUnixSeconds(clock_->Now()));
    const omni::Sha256Digest code = omni::HmacSha256Key(key).Sign({timestamp, ".", body});
    omni::WebhookRequest request;
    request.method = omni::HttpMethod::kPost;
    request.target = "/webhooks/pigeon";
    request.headers = {{"X-Pigeon-Timestamp", timestamp},
                       {"X-Pigeon-Signature", omni::HexEncode(omni::AsView(code))}};
    request.body = std::move(body);
    return request;
  }

  omni::HttpResponse Post(omni::WebhookRequest request) {
    return gateway_->HandleBlocking(std::move(request));
  }

  std::string LastReason() {
    const auto requests = observer_->requests();
    return requests.empty() ? "" : requests.back().reason;
  }

  omni::Event EventAt(std::size_t index) {
    const auto envelopes = sink_->accepted();
    if (index >= envelopes.size()) return {};
    auto event = omni::EventFromJson(envelopes[index].body);
    return event.ok() ? *event : omni::Event{};
  }

  std::shared_ptr<RecordingSink> sink_ = std::make_shared<RecordingSink>();
  std::shared_ptr<FakeClock> clock_ =
      std::make_shared<FakeClock>(absl::FromUnixSeconds(1705314600));
  std::shared_ptr<RecordingObserver> observer_ = std::make_shared<RecordingObserver>();
  std::unique_ptr<omni::Gateway> gateway_;
};

TEST_F(PigeonAdapterTest, ReadsALetter) {
  const auto answer = Post(Signed(Updates(kLetter)));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"received":1})");

  ASSERT_THAT(sink_->accepted(), SizeIs(1));
  EXPECT_EQ(sink_->accepted()[0].queue, "default:pigeon:inbound");
  EXPECT_EQ(sink_->accepted()[0].group, "pigeon:+15550100200:+4915112340011");
  const omni::Event event = EventAt(0);
  EXPECT_EQ(event.kind, omni::EventKind::kMessage);
  EXPECT_EQ(event.account, "loft-7");
  EXPECT_EQ(event.direction, omni::Direction::kInbound);
  ASSERT_TRUE(event.from.has_value());
  EXPECT_EQ(event.from->address, "+4915112340011");
  EXPECT_EQ(event.dedupe_key, "pigeon:default:message:pgn-51");
  EXPECT_EQ(omni::FormatTime(event.occurred_at), "2024-01-15T10:29:58.000Z");
  ASSERT_TRUE(event.message.has_value());
  EXPECT_EQ(event.message->text, "The bird is tired");
}

TEST_F(PigeonAdapterTest, ReadsAFlightAsAStatusOfTheSameConversation) {
  EXPECT_EQ(Post(Signed(Updates(kFlight))).status, 200);
  ASSERT_THAT(sink_->accepted(), SizeIs(1));
  EXPECT_EQ(sink_->accepted()[0].queue, "default:pigeon:status");
  EXPECT_EQ(sink_->accepted()[0].group, "pigeon:+15550100200:+4915112340011");
  const omni::Event event = EventAt(0);
  ASSERT_TRUE(event.status.has_value());
  EXPECT_EQ(event.status->value, omni::StatusValue::kFailed);
  EXPECT_EQ(event.status->carrier_value, "lost");
  ASSERT_TRUE(event.status->error.has_value());
  EXPECT_EQ(event.status->error->code, "17");
  EXPECT_EQ(event.dedupe_key, "pigeon:default:status:pgn-48:+4915112340011:failed");
}

TEST_F(PigeonAdapterTest, KeepsWhatItDoesNotKnowBesideWhatItDoes) {
  const std::string moulting = R"({"kind":"moulting","bird":"Walter"})";
  const auto answer =
      Post(Signed(Updates(std::string(kLetter) + "," + moulting + "," + std::string(kFlight))));
  EXPECT_EQ(answer.body, R"({"received":3})");
  ASSERT_THAT(sink_->accepted(), SizeIs(3));
  const omni::Event event = EventAt(1);
  EXPECT_EQ(event.kind, omni::EventKind::kNotice);
  ASSERT_TRUE(event.notice.has_value());
  EXPECT_EQ(event.notice->type, "unknown");
  EXPECT_EQ(event.notice->detail.text, moulting);
}

TEST_F(PigeonAdapterTest, DeliversARedeliveredWebhookOnce) {
  const auto first = Post(Signed(Updates(kLetter)));
  const auto second = Post(Signed(Updates(kLetter)));
  EXPECT_EQ(second.status, first.status);
  EXPECT_EQ(second.body, first.body);
  EXPECT_THAT(sink_->accepted(), SizeIs(1));
}

TEST_F(PigeonAdapterTest, RefusesAnAlteredBody) {
  auto request = Signed(Updates(kLetter));
  request.body.replace(request.body.find("tired"), 5, "fresh");
  EXPECT_EQ(Post(request).status, 401);
  EXPECT_EQ(LastReason(), "signature_mismatch");
  EXPECT_THAT(sink_->accepted(), SizeIs(0));
}

TEST_F(PigeonAdapterTest, RefusesAnUnsignedRequest) {
  auto request = Signed(Updates(kLetter));
  request.headers = {};
  EXPECT_EQ(Post(request).status, 401);
  EXPECT_EQ(LastReason(), "signature_missing");
}

TEST_F(PigeonAdapterTest, RefusesATimestampThatWasNotSigned) {
  auto request = Signed(Updates(kLetter));
  request.headers.Set("X-Pigeon-Timestamp", std::to_string(absl::ToUnixSeconds(clock_->Now()) + 1));
  EXPECT_EQ(Post(request).status, 401);
  EXPECT_EQ(LastReason(), "signature_mismatch");
}

TEST_F(PigeonAdapterTest, RefusesACapturedRequestAfterTheTimeWindow) {
  const auto request = Signed(Updates(kLetter));
  clock_->Advance(absl::Minutes(5));
  EXPECT_EQ(Post(request).status, 200);
  clock_->Advance(absl::Seconds(1));
  EXPECT_EQ(Post(request).status, 401);
  EXPECT_EQ(LastReason(), "timestamp_out_of_window");
}

TEST_F(PigeonAdapterTest, AcceptsEitherKeyWhileTheyRotate) {
  ASSERT_THAT(Open(R"({"adapter": "pigeon", "signingKey": ["new", "old"]})"), IsOk());
  EXPECT_EQ(Post(Signed(Updates(kLetter), "new")).status, 200);
  EXPECT_EQ(Post(Signed(Updates(kLetter), "old")).status, 200);
  EXPECT_EQ(observer_->requests().back().key_id, "signingKey[1]");
  EXPECT_EQ(Post(Signed(Updates(kLetter), "older")).status, 401);
}

TEST_F(PigeonAdapterTest, AnswersAMalformedBodyWith400) {
  EXPECT_EQ(Post(Signed("{")).status, 400);
  EXPECT_EQ(Post(Signed(R"({"updates":{}})")).status, 400);
  EXPECT_THAT(Post(Signed(R"({"updates":{}})")).body, HasSubstr("INVALID_PAYLOAD"));
}

TEST_F(PigeonAdapterTest, SaysWhatIsWrongWithItsConfiguration) {
  EXPECT_THAT(Open(R"({"adapter": "pigeon", "signingKey": "k", "timeWindwo": "2m"})"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("did you mean timeWindow?")));
  EXPECT_THAT(Open(R"({"adapter": "pigeon"})"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("signingKey")));
}

}  // namespace
}  // namespace pigeon

/// \file
/// AWS's own SDK reads what we write, and we read what it writes.
#include "components/sqs/harness.h"

namespace omni::sqs_test {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::SizeIs;

class SqsSdkTest : public SqsTest {
 protected:
  /// The URL of the test's queue, by its name at SQS.
  std::string Url(const std::string& name) {
    const JsonDocument found = sdk_.Run("GetQueueUrl", R"({"QueueName":")" + name + "\"}");
    return std::string(found.root()["QueueUrl"].text());
  }
  JsonDocument Receive(const std::string& url) {
    return sdk_.Run("ReceiveMessage", R"({"QueueUrl":")" + url +
                                          R"(","WaitTimeSeconds":5,"MaxNumberOfMessages":10,)" +
                                          R"("MessageAttributeNames":["All"],)" +
                                          R"("MessageSystemAttributeNames":["All"]})");
  }

  /// One for all tests: it takes its time to start.
  static Sdk& TheSdk() {
    static Sdk sdk(Server::Get().endpoint());
    return sdk;
  }

  Sdk& sdk_ = TheSdk();
};

TEST_F(SqsSdkTest, ItReadsWhatWeWrite) {
  const SqsQueue queue = Open(Options());
  Envelope envelope = Make("twilio:acme:message:SM1", "twilio:+15551234567:+15559876543");
  envelope.body = R"({"schema":"omni.event.v1","text":"Grüße"})";
  envelope.headers = {{"omni-authentication", "verified"}};
  ASSERT_THAT(Put(*queue.sink, envelope), IsOk());
  const JsonDocument answer = Receive(Url("acme-ItReadsWhatWeWrite-inbound.fifo"));
  const JsonValue message = answer.root()["Messages"].At(0);
  EXPECT_EQ(message["Body"].text(), envelope.body);
  const JsonValue attributes = message["MessageAttributes"];
  EXPECT_EQ(attributes["omni.dedupeKey"]["StringValue"].text(), envelope.dedupe_key);
  EXPECT_EQ(attributes["omni.eventId"]["StringValue"].text(), envelope.event_id);
  EXPECT_EQ(attributes["omni.group"]["StringValue"].text(), envelope.group);
  EXPECT_EQ(attributes["omni-authentication"]["StringValue"].text(), "verified");
  EXPECT_EQ(message["Attributes"]["MessageDeduplicationId"].text(), envelope.dedupe_key);
  EXPECT_EQ(message["Attributes"]["MessageGroupId"].text(), envelope.group);
}

TEST_F(SqsSdkTest, ItReadsIdsThatAreHashes) {
  const SqsQueue queue = Open(Options());
  ASSERT_THAT(Put(*queue.sink, Make(std::string(129, 'k'), "Größe")), IsOk());
  const JsonDocument answer = Receive(Url("acme-ItReadsIdsThatAreHashes-inbound.fifo"));
  const JsonValue message = answer.root()["Messages"].At(0);
  for (const char* const id : {"MessageDeduplicationId", "MessageGroupId"}) {
    EXPECT_THAT(std::string(message["Attributes"][id].text()),
                ::testing::MatchesRegex("sha256-[0-9a-f]+"));
  }
  EXPECT_EQ(message["MessageAttributes"]["omni.dedupeKey"]["StringValue"].text(),
            std::string(129, 'k'));
}

TEST_F(SqsSdkTest, ItReadsTheDeadLettersReason) {
  SqsOptions options = Options();
  options.max_attempts = 1;
  const SqsQueue queue = Open(options);
  ASSERT_THAT(Put(*queue.sink, Make("a", "g")), IsOk());
  const auto deliveries = queue.source->Lease({.queue = queue_, .wait = absl::Seconds(10)});
  ASSERT_THAT(deliveries, IsOk());
  ASSERT_THAT(*deliveries, SizeIs(1));
  ASSERT_THAT(queue.source->Nack({.receipt = (*deliveries)[0].receipt, .reason = "no such user"}),
              IsOk());
  const JsonDocument answer = Receive(Url("acme-ItReadsTheDeadLettersReason-inbound-dead.fifo"));
  const JsonValue message = answer.root()["Messages"].At(0);
  EXPECT_EQ(message["MessageAttributes"]["omni.deadReason"]["StringValue"].text(), "no such user");
}

TEST_F(SqsSdkTest, WeReadWhatItWrites) {
  const SqsQueue queue = Open(Options());
  ASSERT_THAT(Put(*queue.sink, Make("first", "g")), IsOk());
  EXPECT_THAT(DrainKeys(*queue.source), ElementsAre("first"));
  const std::string url = Url("acme-WeReadWhatItWrites-inbound.fifo");
  const JsonDocument sent =
      sdk_.Run("SendMessage", R"({"QueueUrl":")" + url +
                                  R"(","MessageBody":"<hello>","MessageGroupId":"their group",)" +
                                  R"("MessageDeduplicationId":"their-id","MessageAttributes":)" +
                                  R"({"traceparent":{"DataType":"String","StringValue":"00-4b"},)" +
                                  R"("n":{"DataType":"Number","StringValue":"7"}}})");
  ASSERT_FALSE(sent.root()["error"].exists()) << sent.root()["message"].text();
  const auto deliveries = Drain(*queue.source, queue_);
  ASSERT_THAT(deliveries, SizeIs(1));
  const Envelope& envelope = deliveries[0].envelope;
  EXPECT_EQ(envelope.body, "<hello>");
  EXPECT_EQ(envelope.group, "their group");
  EXPECT_EQ(envelope.dedupe_key, "their-id");
  EXPECT_EQ(envelope.event_id, "");
  EXPECT_THAT(envelope.headers, ElementsAre(Pair("n", "7"), Pair("traceparent", "00-4b")));
  EXPECT_EQ(deliveries[0].attempt, 1);
}

TEST_F(SqsSdkTest, ItFindsTheQueueAsWeMakeIt) {
  const SqsQueue queue = Open(Options());
  ASSERT_THAT(Put(*queue.sink, Make("a")), IsOk());
  const JsonDocument answer = sdk_.Run(
      "GetQueueAttributes", R"({"AttributeNames":["All"],"QueueUrl":")" +
                                Url("acme-ItFindsTheQueueAsWeMakeIt-inbound.fifo") + "\"}");
  const JsonValue attributes = answer.root()["Attributes"];
  EXPECT_EQ(attributes["FifoQueue"].text(), "true");
  EXPECT_EQ(attributes["FifoThroughputLimit"].text(), "perMessageGroupId");
  EXPECT_EQ(attributes["MessageRetentionPeriod"].text(), "1209600");
  EXPECT_EQ(attributes["MaximumMessageSize"].text(), "262144");
  EXPECT_THAT(std::string(attributes["RedrivePolicy"].text()),
              ::testing::HasSubstr("inbound-dead.fifo\",\"maxReceiveCount\":3"));
}

}  // namespace
}  // namespace omni::sqs_test

/// \file
/// The service at its worst: it throttles, fails in part, cuts connections, dies.
#include <atomic>
#include <chrono>
#include <map>
#include <set>
#include <thread>

#include "components/sqs/harness.h"

namespace omni::sqs_test {
namespace {

using ::testing::_;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAreArray;

class SqsFaultsTest : public SqsTest {
 protected:
  ~SqsFaultsTest() override {
    server_.Control(R"({"fail":null,"partly":null,"cut":null,"refuse":false})");
  }

  Envelopes Many(int count, const std::string& group = "") const {
    Envelopes envelopes;
    for (int i = 0; i < count; ++i) {
      envelopes.push_back(Make(std::to_string(i), group.empty() ? std::to_string(i) : group));
    }
    return envelopes;
  }
  static std::vector<std::string> KeysOf(const Envelopes& envelopes) {
    std::vector<std::string> keys;
    for (const Envelope& envelope : envelopes) keys.push_back(envelope.dedupe_key);
    return keys;
  }

  Server& server_ = Server::Get();
};

TEST_F(SqsFaultsTest, SendsTenToARequestAndALoneOneAtOnce) {
  const SqsQueue queue = Open(Options());
  ASSERT_THAT(Put(*queue.sink, Make("lone", "g")), IsOk());
  const std::int64_t before = server_.Requests("SendMessageBatch");
  EXPECT_THAT(Start(*queue.sink, Many(95)).get().outcomes, Each(IsOk()));
  EXPECT_EQ(server_.Requests("SendMessageBatch") - before, 10);
}

TEST_F(SqsFaultsTest, KeepsARequestBelowTheSizeLimit) {
  const SqsQueue queue = Open(Options());
  Envelopes envelopes = Many(9);
  for (Envelope& envelope : envelopes) envelope.body = std::string(100 * 1024, 'x');
  envelopes.push_back(Make("too large"));
  envelopes.back().body = std::string(257 * 1024, 'x');
  const Settlement settlement = Start(*queue.sink, std::move(envelopes)).get();
  ASSERT_THAT(settlement.outcomes, SizeIs(10));
  for (std::size_t i = 0; i < 9; ++i) EXPECT_THAT(settlement.outcomes[i], IsOk());
  EXPECT_THAT(settlement.outcomes[9], StatusIs(absl::StatusCode::kInvalidArgument, _));
  const JsonDocument counters = server_.Control("{}");
  EXPECT_LT(counters.root()["largest"].AsInt64().value_or(0), 260 * 1024);
  EXPECT_THAT(Drain(*queue.source, queue_), SizeIs(9));
}

TEST_F(SqsFaultsTest, SendsCharactersThatSqsDoesNotTake) {
  const SqsQueue queue = Open(Options());
  const std::vector<std::string> bodies = {"", std::string("\0\x01", 2), "\xff", "\xef\xbf\xbf",
                                           "👋 \xf0\x9f\x98\x80"};
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    Envelope envelope = Make(std::to_string(i), "g");
    envelope.body = bodies[i];
    envelope.headers = {{"b", "2"}, {"a", std::string("\0", 1)}};
    ASSERT_THAT(Put(*queue.sink, envelope), IsOk());
  }
  std::vector<std::string> received;
  for (const Delivery& delivery : Drain(*queue.source, queue_)) {
    received.push_back(delivery.envelope.body);
    EXPECT_EQ(delivery.envelope.headers[0].first, "b");
    EXPECT_EQ(delivery.envelope.headers[1].second, std::string("\0", 1));
  }
  EXPECT_EQ(received, bodies);
}

TEST_F(SqsFaultsTest, TriesAgainWhatIsThrottledOrFails) {
  const SqsQueue queue = Open(Options());
  int number = 0;
  for (const char* const fault :
       {R"("status":400,"type":"ThrottlingException")", R"("status":403,"type":"RequestThrottled")",
        R"("status":500,"type":"InternalFailure")",
        R"("status":503,"type":"ServiceUnavailable")"}) {
    server_.Control(std::string(R"({"fail":{"count":3,)") + fault + "}}");
    EXPECT_THAT(Put(*queue.sink, Make(std::to_string(++number), "g")), IsOk()) << fault;
  }
  EXPECT_THAT(DrainKeys(*queue.source), ElementsAre("1", "2", "3", "4"));
}

TEST_F(SqsFaultsTest, TellsWhatSqsRefuses) {
  const SqsQueue queue = Open(Options());
  ASSERT_THAT(Put(*queue.sink, Make("a")), IsOk());
  server_.Control(R"({"fail":{"count":1,"status":403,"type":"AccessDenied"}})");
  EXPECT_THAT(Put(*queue.sink, Make("b")), StatusIs(absl::StatusCode::kPermissionDenied, _));
  EXPECT_THAT(Put(*queue.sink, Make("c")), IsOk());
}

TEST_F(SqsFaultsTest, SettlesEachEntryOfABatchByItself) {
  const SqsQueue queue = Open(Options());
  ASSERT_THAT(Put(*queue.sink, Make("first")), IsOk());
  server_.Control(R"({"partly":{"count":1,"code":"InvalidAttributeValue","senderFault":true}})");
  const Settlement settlement = Start(*queue.sink, Many(10)).get();
  ASSERT_THAT(settlement.outcomes, SizeIs(10));
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(settlement.outcomes[i].code(),
              i % 2 == 0 ? absl::StatusCode::kInvalidArgument : absl::StatusCode::kOk);
  }
  EXPECT_THAT(Drain(*queue.source, queue_), SizeIs(6));
}

TEST_F(SqsFaultsTest, KeepsTheOrderOfAGroupWhenEntriesFail) {
  const SqsQueue queue = Open(Options());
  ASSERT_THAT(Put(*queue.sink, Make("first")), IsOk());
  server_.Control(R"({"partly":{"count":40,"code":"InternalError","senderFault":false}})");
  constexpr int kGroups = 12;
  constexpr int kEach = 5;
  Envelopes envelopes;
  for (int i = 0; i < kGroups * kEach; ++i) {
    envelopes.push_back(Make(std::to_string(i), std::to_string(i % kGroups)));
  }
  EXPECT_THAT(Start(*queue.sink, std::move(envelopes)).get().outcomes, Each(IsOk()));
  std::map<std::string, int> last;
  int count = 0;
  for (const Delivery& delivery : Drain(*queue.source, queue_)) {
    if (delivery.envelope.group.empty()) continue;
    const int number = std::stoi(delivery.envelope.dedupe_key);
    const auto [at, is_first] = last.emplace(delivery.envelope.group, number);
    EXPECT_TRUE(is_first || at->second < number) << number << " was overtaken";
    at->second = number;
    ++count;
  }
  EXPECT_EQ(count, kGroups * kEach);
}

TEST_F(SqsFaultsTest, SendsAgainWhenTheConnectionIsCut) {
  const SqsQueue queue = Open(Options());
  ASSERT_THAT(Put(*queue.sink, Make("first")), IsOk());
  // The answer is lost: SQS has it, and knows the repetition.
  server_.Control(R"({"cut":{"count":2,"forward":true,"operation":"SendMessageBatch"}})");
  EXPECT_THAT(Start(*queue.sink, Many(10)).get().outcomes, Each(IsOk()));
  server_.Control(R"({"cut":{"count":2,"forward":false,"operation":"SendMessageBatch"}})");
  EXPECT_THAT(Put(*queue.sink, Make("last")), IsOk());
  EXPECT_THAT(Drain(*queue.source, queue_), SizeIs(12));
}

TEST_F(SqsFaultsTest, SaysSoWhenItIsTooLate) {
  const SqsQueue queue = Open(Options());
  ASSERT_THAT(Put(*queue.sink, Make("first")), IsOk());
  server_.Control(R"({"refuse":true})");
  const absl::Time begin = absl::Now();
  const Settlement settlement = Start(*queue.sink, Many(25), begin + absl::Milliseconds(500)).get();
  ASSERT_THAT(settlement.outcomes, SizeIs(25));
  for (const absl::Status& outcome : settlement.outcomes) {
    EXPECT_TRUE(absl::IsUnavailable(outcome) || absl::IsDeadlineExceeded(outcome)) << outcome;
  }
  server_.Control(R"({"refuse":false})");
  EXPECT_THAT(Put(*queue.sink, Make("last")), IsOk());
}

TEST_F(SqsFaultsTest, RefusesWhatIsTooMuch) {
  SqsOptions options = Options();
  options.max_pending_envelopes = 5;
  const SqsQueue queue = Open(options);
  EXPECT_THAT(Start(*queue.sink, Many(6)).get().outcomes,
              Each(StatusIs(absl::StatusCode::kUnavailable, _)));
  EXPECT_THAT(Start(*queue.sink, Many(5)).get().outcomes, Each(IsOk()));
}

TEST_F(SqsFaultsTest, FindsNoQueueThatItMustNotMake) {
  SqsOptions options = Options();
  options.create_missing = false;
  const SqsQueue queue = Open(options);
  EXPECT_THAT(Put(*queue.sink, Make("a")), StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_THAT(queue.source->Lease({.queue = queue_}), StatusIs(absl::StatusCode::kNotFound, _));
}

TEST_F(SqsFaultsTest, ReusesItsConnections) {
  const SqsQueue queue = Open(Options());
  ASSERT_THAT(Put(*queue.sink, Make("first")), IsOk());
  const JsonDocument before = server_.Control("{}");
  for (int i = 0; i < 50; ++i) ASSERT_THAT(Put(*queue.sink, Make(std::to_string(i))), IsOk());
  const JsonDocument after = server_.Control("{}");
  EXPECT_LE(after.root()["connections"].AsInt64().value_or(99) -
                before.root()["connections"].AsInt64().value_or(0),
            1);
}

/// What producers were promised while the service comes and goes.
TEST_F(SqsFaultsTest, LosesNothingWhenConnectionsAreRefusedForAWhile) {
  const SqsQueue queue = Open(Options());
  std::atomic<bool> is_over = false;
  std::vector<std::set<std::string>> accepted(4);
  std::vector<std::thread> producers;
  for (std::size_t p = 0; p < accepted.size(); ++p) {
    producers.emplace_back([&, p] {
      for (int i = 0; !is_over; ++i) {
        const std::string key = std::to_string(p) + "/" + std::to_string(i);
        Envelopes envelopes = {Make(key, std::to_string(p))};
        const Settlement settlement =
            Start(*queue.sink, std::move(envelopes), absl::Now() + absl::Milliseconds(700)).get();
        if (settlement.outcomes[0].ok()) accepted[p].insert(key);
      }
    });
  }
  for (int round = 0; round < 4; ++round) {
    std::this_thread::sleep_for(
        std::chrono::milliseconds(200));  // under load: the time is the point
    server_.Control(R"({"refuse":true})");
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    server_.Control(R"({"refuse":false})");
  }
  is_over = true;
  for (std::thread& producer : producers) producer.join();
  std::set<std::string> received;
  std::size_t twice = 0;
  for (const Delivery& delivery : Drain(*queue.source, queue_)) {
    twice += received.insert(delivery.envelope.dedupe_key).second ? 0 : 1;
  }
  std::size_t count = 0;
  for (const auto& keys : accepted) {
    count += keys.size();
    for (const std::string& key : keys) EXPECT_TRUE(received.contains(key)) << key << " is lost";
  }
  EXPECT_GT(count, 0u);
  EXPECT_EQ(twice, 0u) << "a FIFO queue takes a key once";
  std::printf("%zu acknowledged over 4 outages, 0 lost, %zu twice\n", count, twice);
}

/// The emulator forgets everything when it dies: what counts is what was acknowledged afterwards.
TEST_F(SqsFaultsTest, MakesItsQueueAgainWhenTheServiceHasForgottenIt) {
  const SqsQueue queue = Open(Options());
  ASSERT_THAT(Put(*queue.sink, Make("before")), IsOk());
  server_.Control(R"({"emulator":"kill"})");
  auto during = Start(*queue.sink, Many(25), absl::Now() + absl::Minutes(1));
  server_.Control(R"({"emulator":"start"})");
  EXPECT_THAT(during.get().outcomes, Each(IsOk()));
  ASSERT_THAT(Put(*queue.sink, Make("after")), IsOk());
  std::vector<std::string> expected = KeysOf(Many(25));
  expected.emplace_back("after");
  EXPECT_THAT(DrainKeys(*queue.source), UnorderedElementsAreArray(expected));
}

TEST_F(SqsFaultsTest, AllItsSignaturesWereRight) {
  const JsonDocument counters = server_.Control("{}");
  EXPECT_EQ(counters.root()["rejected"].AsInt64(), 0);
  SqsOptions options = Options();
  options.aws.secret_access_key = Secret("wrong");
  const SqsQueue queue = Open(options);
  EXPECT_THAT(Put(*queue.sink, Make("a")), StatusIs(absl::StatusCode::kUnavailable, _));
}

}  // namespace
}  // namespace omni::sqs_test

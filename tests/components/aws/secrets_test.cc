/// \file
/// Secrets, against a service that checks signatures and that AWS's own SDK takes for real.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "components/aws/node_process.h"
#include "omni/components/aws_secrets.h"
#include "omni/components/curl.h"
#include "omni/testing/fakes.h"
#include "omni/testing/status_matchers.h"

namespace omni::aws_test {
namespace {

using ::omni::testing::IsOk;
using ::omni::testing::StatusIs;
using ::testing::_;
using ::testing::ElementsAre;

/// One service for all tests of the program.
class Service {
 public:
  static Service& Get() {
    static Service service;
    return service;
  }
  JsonDocument Control(std::string order) {
    std::promise<absl::StatusOr<HttpResponse>> promise;
    client_->Send(
        {{.method = HttpMethod::kPost, .url = endpoint + "/control", .body = std::move(order)}},
        [&](absl::StatusOr<HttpResponse> answer) { promise.set_value(std::move(answer)); });
    const auto answer = promise.get_future().get();
    EXPECT_THAT(answer, IsOk());
    return *JsonDocument::Parse(answer.ok() ? answer->body : "{}");
  }
  std::int64_t requests() {
    const JsonDocument counters = Control("{}");
    return counters.root()["requests"].AsInt64().value_or(0);
  }
  void Put(const std::string& command, const std::string& input) {
    const JsonDocument output = sdk.Run(command, input);
    ASSERT_FALSE(output.root()["error"].exists()) << output.root()["message"].text();
  }

 private:
  NodeProcess process_{"secrets_manager.mjs", {}};

 public:
  const std::string endpoint = "http://127.0.0.1:" + process_.ReadLine();
  Sdk sdk{endpoint};

 private:
  const std::shared_ptr<HttpClient> client_ = *MakeCurlHttpClient({});
};

class AwsSecretsTest : public ::testing::Test {
 protected:
  AwsSecretsTest() {
    options_.aws.region = "us-east-1";
    options_.aws.endpoint = service_.endpoint;
    options_.aws.access_key_id = "AKIDEXAMPLE";
    options_.aws.secret_access_key = Secret("secret");
  }
  ~AwsSecretsTest() override { service_.Control(R"({"fail":null,"hang":false})"); }

  void Open() {
    auto secrets = MakeAwsSecrets(options_);
    ASSERT_THAT(secrets, IsOk());
    secrets_ = *secrets;
  }
  absl::StatusOr<KeyRing> Lookup(const std::string& reference) {
    return secrets_->Lookup({.reference = reference, .name = "authToken"});
  }
  std::vector<std::string> Values(const std::string& reference) {
    std::vector<std::string> values;
    const auto ring = Lookup(reference);
    EXPECT_THAT(ring, IsOk());
    if (!ring.ok()) return values;
    for (const auto& key : ring->keys()) values.emplace_back(key->secret().Reveal());
    return values;
  }
  /// Whether the lookup gives that within ten seconds.
  bool Becomes(const std::string& reference, const std::vector<std::string>& expected) {
    const absl::Time end = absl::Now() + absl::Seconds(10);
    while (absl::Now() < end) {
      if (Values(reference) == expected) return true;
      std::this_thread::yield();
    }
    return false;
  }

  Service& service_ = Service::Get();
  AwsSecretsOptions options_;
  std::shared_ptr<SecretsProvider> secrets_;
};

TEST_F(AwsSecretsTest, GivesTheCurrentVersionAndTheOneBefore) {
  const std::string name = "whatsapp-credentials/acme/support/twilio";
  service_.Put("CreateSecret", R"({"Name":")" + name +
                                   R"(","SecretString":"{\"token\":\"one\",\"sid\":\"AC1\"}"})");
  Open();
  EXPECT_THAT(Values("aws:" + name + "#token"), ElementsAre("one"));
  service_.Put("PutSecretValue", R"({"SecretId":")" + name +
                                     R"(","SecretString":"{\"token\":\"two\",\"sid\":\"AC1\"}"})");
  Open();
  EXPECT_THAT(Values("aws:" + name + "#token"), ElementsAre("two", "one"));
  EXPECT_THAT(Values("aws:" + name + "#sid"), ElementsAre("AC1")) << "it did not change";
  EXPECT_THAT(Values(name),
              ElementsAre(R"({"token":"two","sid":"AC1"})", R"({"token":"one","sid":"AC1"})"));
  EXPECT_THAT(Lookup(name + "#nothing"), StatusIs(absl::StatusCode::kNotFound, _));
  // The SDK sees the same.
  const JsonDocument seen = service_.sdk.Run(
      "GetSecretValue", R"({"SecretId":")" + name + R"(","VersionStage":"AWSPREVIOUS"})");
  EXPECT_EQ(seen.root()["SecretString"].text(), R"({"token":"one","sid":"AC1"})");
}

TEST_F(AwsSecretsTest, AsksOnceForAllWhoAskAndKeepsTheKeys) {
  service_.Put("CreateSecret", R"({"Name":"once","SecretString":"s"})");
  Open();
  const std::int64_t before = service_.requests();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] { EXPECT_THAT(Lookup("aws:once"), IsOk()); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(service_.requests() - before, 2) << "one for each version";
  const auto first = Lookup("aws:once");
  const auto second = Lookup("aws:once");
  EXPECT_EQ(first->keys()[0], second->keys()[0]);
  EXPECT_EQ(first->keys()[0]->id(), "authToken[0]");
}

TEST_F(AwsSecretsTest, UsesTheOldOneWhileTheNewOneIsFetched) {
  service_.Put("CreateSecret", R"({"Name":"rotates","SecretString":"old"})");
  auto clock = std::make_shared<testing::FakeClock>(absl::Now());
  options_.aws.clock = clock;
  options_.keep = absl::Minutes(2);
  Open();
  EXPECT_THAT(Values("aws:rotates"), ElementsAre("old"));
  const auto key = Lookup("aws:rotates")->keys()[0];
  service_.Put("PutSecretValue", R"({"SecretId":"rotates","SecretString":"new"})");
  EXPECT_THAT(Values("aws:rotates"), ElementsAre("old"));
  clock->Advance(options_.keep);
  EXPECT_THAT(Values("aws:rotates"), ElementsAre("old")) << "nobody waits";
  EXPECT_TRUE(Becomes("aws:rotates", {"new", "old"}));
  clock->Advance(options_.keep);
  service_.Control(R"({"fail":{"status":500,"type":"InternalServiceError","count":100000}})");
  for (int i = 0; i < 5; ++i) EXPECT_THAT(Values("aws:rotates"), ElementsAre("new", "old"));
}

TEST_F(AwsSecretsTest, RemembersWhatIsMissing) {
  Open();
  EXPECT_THAT(Lookup("aws:missing"), StatusIs(absl::StatusCode::kNotFound, _));
  const std::int64_t before = service_.requests();
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(Lookup("aws:missing"), StatusIs(absl::StatusCode::kNotFound, _));
  }
  EXPECT_EQ(service_.requests(), before);
}

TEST_F(AwsSecretsTest, RemembersNoMoreThanItMay) {
  options_.max_missing = 2;
  Open();
  for (const char* const name : {"m1", "m2", "m3", "m2", "m3"}) {
    EXPECT_THAT(Lookup(name), StatusIs(absl::StatusCode::kNotFound, _));
  }
  const std::int64_t before = service_.requests();
  EXPECT_THAT(Lookup("m3"), StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_EQ(service_.requests(), before);
  EXPECT_THAT(Lookup("m1"), StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_EQ(service_.requests(), before + 1) << "it was forgotten";
}

TEST_F(AwsSecretsTest, StrangersDoNotPushSecretsOut) {
  service_.Put("CreateSecret", R"({"Name":"real","SecretString":"s"})");
  service_.Put("CreateSecret", R"({"Name":"also real","SecretString":"t"})");
  options_.max_secrets = 2;
  options_.max_missing = 2;
  Open();
  EXPECT_THAT(Values("real"), ElementsAre("s"));
  EXPECT_THAT(Values("also real"), ElementsAre("t"));
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(Lookup("invented" + std::to_string(i)), StatusIs(absl::StatusCode::kNotFound, _));
  }
  const std::int64_t before = service_.requests();
  EXPECT_THAT(Values("real"), ElementsAre("s"));
  EXPECT_THAT(Values("also real"), ElementsAre("t"));
  EXPECT_EQ(service_.requests(), before);
}

TEST_F(AwsSecretsTest, TellsWhatIsOutOfReach) {
  options_.lookup_timeout = absl::Milliseconds(300);
  Open();
  service_.Control(R"({"hang":true})");
  EXPECT_THAT(Lookup("aws:slow"), StatusIs(absl::StatusCode::kUnavailable, _));
  options_.aws.secret_access_key = Secret("wrong");
  service_.Control(R"({"hang":false})");
  Open();
  EXPECT_THAT(Lookup("aws:once"), StatusIs(absl::StatusCode::kUnavailable, _));
}

}  // namespace
}  // namespace omni::aws_test

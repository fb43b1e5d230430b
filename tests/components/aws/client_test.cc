/// \file
/// Calls, and where their credentials come from, against small servers that do as they are told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "components/aws/aws_client.h"
#include "components/aws/environment.h"
#include "loopback/server.h"
#include "omni/testing/status_matchers.h"

namespace omni::aws_test {
namespace {

using ::omni::internal::AwsClient;
using ::omni::internal::AwsEnvironment;
using ::omni::internal::HttpLoopThread;
using ::omni::loopback::Reply;
using ::omni::loopback::Request;
using ::omni::loopback::Server;
using ::omni::testing::IsOk;
using ::omni::testing::StatusIs;
using ::testing::_;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using Variables = std::map<std::string, std::string, std::less<>>;
using Result = absl::StatusOr<std::string>;

/// The credentials' id that a request was signed with.
std::string SignedBy(const Request& request) {
  const std::string mark = "Credential=";
  const std::size_t begin = request.head.find(mark) + mark.size();
  return request.head.substr(begin, request.head.find('/', begin) - begin);
}

Reply Answers(const Request&) { return Reply::Answer(200, "{}"); }

std::string Role(const std::string& id, absl::Duration life) {
  return R"({"Code":"Success","AccessKeyId":")" + id +
         R"(","SecretAccessKey":"s","Token":"t","Expiration":")" +
         absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now() + life, absl::UTCTimeZone()) + "\"}";
}

class AwsClientTest : public ::testing::Test {
 protected:
  AwsClientTest() {
    options_.region = "eu-central-1";
    options_.access_key_id = "AKIDSET";
    options_.secret_access_key = Secret("secret");
    options_.min_backoff = absl::Milliseconds(1);
    options_.max_backoff = absl::Milliseconds(2);
    options_.max_attempts = 5;
  }
  /// A client that has no credentials of its own.
  void ForgetCredentials() {
    options_.access_key_id.clear();
    options_.secret_access_key = Secret();
  }
  void Open(const std::string& endpoint) {
    options_.endpoint = endpoint;
    thread_ = *HttpLoopThread::Start(internal::AwsLoopOptions(options_));
    auto client = AwsClient::Make(
        options_, AwsEnvironment(variables_),
        {.id = "sqs", .target_prefix = "AmazonSQS", .content_type = "application/x-amz-json-1.0"},
        thread_->loop());
    ASSERT_THAT(client, IsOk());
    client_ = *client;
  }
  std::future<Result> Start(absl::Duration patience = absl::Seconds(20)) {
    auto promise = std::make_shared<std::promise<Result>>();
    client_->Call({.operation = "ListQueues", .body = "{}", .deadline = absl::Now() + patience},
                  [promise](Result result) { promise->set_value(std::move(result)); });
    return promise->get_future();
  }
  Result Call(absl::Duration patience = absl::Seconds(20)) { return Start(patience).get(); }

  AwsOptions options_;
  Variables variables_ = {{"AWS_EC2_METADATA_DISABLED", "true"}};
  std::unique_ptr<HttpLoopThread> thread_;
  std::shared_ptr<AwsClient> client_;
};

TEST_F(AwsClientTest, PostsSignedJson) {
  Server server(Answers);
  Open(server.Url(""));
  EXPECT_THAT(Call(), IsOk());
  ASSERT_THAT(server.requests(), SizeIs(1));
  const Request request = server.requests()[0];
  EXPECT_THAT(request.head, HasSubstr("POST / HTTP/1.1"));
  EXPECT_THAT(request.head, HasSubstr("X-Amz-Target: AmazonSQS.ListQueues"));
  EXPECT_THAT(request.head, HasSubstr("/eu-central-1/sqs/aws4_request"));
  EXPECT_EQ(request.body, "{}");
}

TEST_F(AwsClientTest, GivesUpWhenItIsTooLateOrTriedEnough) {
  Server server([](const Request&) { return Reply::Answer(500, ""); });
  Open(server.Url(""));
  EXPECT_THAT(Call(), StatusIs(absl::StatusCode::kUnavailable, HasSubstr("HTTP 500")));
  EXPECT_THAT(server.requests(), SizeIs(5));
  Server silent([](const Request&) { return Reply::Silence(); });
  Open(silent.Url(""));
  EXPECT_THAT(Call(absl::Milliseconds(300)), StatusIs(absl::StatusCode::kDeadlineExceeded, _));
}

TEST_F(AwsClientTest, LearnsTheTimeFromARefusal) {
  std::atomic<int> refused = 0;
  Server server([&](const Request& request) {
    if (request.head.find("X-Amz-Date: 2030") != std::string::npos) {
      return Reply::Answer(200, "{}");
    }
    ++refused;
    return Reply::Answer(403, R"({"__type":"com.amazon.coral.service#InvalidSignatureException"})",
                         "Date: Wed, 02 Jan 2030 03:04:05 GMT\r\n");
  });
  Open(server.Url(""));
  EXPECT_THAT(Call(), IsOk());
  EXPECT_THAT(Call(), IsOk());
  EXPECT_EQ(refused, 1);
}

TEST_F(AwsClientTest, NeverTellsTheServicesMessage) {
  Server server([](const Request&) {
    return Reply::Answer(400, R"({"__type":"a#Bad<script>","message":"canonical request"})");
  });
  Open(server.Url(""));
  const Result result = Call();
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("Bad")));
  EXPECT_THAT(std::string(result.status().message()), ::testing::Not(HasSubstr("canonical")));
  EXPECT_THAT(std::string(result.status().message()), ::testing::Not(HasSubstr("<")));
}

TEST_F(AwsClientTest, AsksTheEnvironmentBeforeTheFiles) {
  ForgetCredentials();
  const std::string path = ::testing::TempDir() + "omni_aws_" + std::to_string(getpid());
  std::ofstream(path) << "[other]\naws_access_key_id=AKIDOTHER\naws_secret_access_key=o\n"
                      << "# comment\n[default]\naws_access_key_id = AKIDFILE\r\n"
                      << "aws_secret_access_key = s = t\n";
  Server server(Answers);
  variables_["AWS_SHARED_CREDENTIALS_FILE"] = path;
  Open(server.Url(""));
  EXPECT_THAT(Call(), IsOk());
  variables_["AWS_PROFILE"] = "other";
  Open(server.Url(""));
  EXPECT_THAT(Call(), IsOk());
  variables_["AWS_ACCESS_KEY_ID"] = "AKIDENV";
  variables_["AWS_SECRET_ACCESS_KEY"] = "s";
  Open(server.Url(""));
  EXPECT_THAT(Call(), IsOk());
  std::filesystem::remove(path);
  ASSERT_THAT(server.requests(), SizeIs(3));
  EXPECT_EQ(SignedBy(server.requests()[0]), "AKIDFILE");
  EXPECT_EQ(SignedBy(server.requests()[1]), "AKIDOTHER");
  EXPECT_EQ(SignedBy(server.requests()[2]), "AKIDENV");
}

TEST_F(AwsClientTest, AsksTheContainersAgentOnce) {
  ForgetCredentials();
  Server agent([](const Request&) { return Reply::Answer(200, Role("ASIAROLE", absl::Hours(1))); });
  Server server(Answers);
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = agent.Url("/creds");
  variables_["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "agent-token";
  Open(server.Url(""));
  std::vector<std::future<Result>> results;
  for (int i = 0; i < 5; ++i) results.push_back(Start());
  for (auto& result : results) EXPECT_THAT(result.get(), IsOk());
  ASSERT_THAT(agent.requests(), SizeIs(1));
  EXPECT_THAT(agent.requests()[0].head, HasSubstr("Authorization: agent-token"));
  for (const Request& request : server.requests()) {
    EXPECT_EQ(SignedBy(request), "ASIAROLE");
    EXPECT_THAT(request.head, HasSubstr("X-Amz-Security-Token: t"));
  }
}

TEST_F(AwsClientTest, SendsTheAgentsTokenToNobodyElse) {
  ForgetCredentials();
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://agent.example.com/creds";
  Server server(Answers);
  Open(server.Url(""));
  EXPECT_THAT(Call(absl::Seconds(1)), StatusIs(absl::StatusCode::kUnavailable, HasSubstr("agent")));
}

TEST_F(AwsClientTest, AsksTheMetadataServiceWithAToken) {
  ForgetCredentials();
  Server metadata([](const Request& request) {
    if (request.head.starts_with("PUT /latest/api/token ")) return Reply::Answer(200, "imds-token");
    if (request.head.find("X-aws-ec2-metadata-token: imds-token") == std::string::npos) {
      return Reply::Answer(401, "");
    }
    const bool is_list = request.head.find("security-credentials/ ") != std::string::npos;
    return Reply::Answer(200, is_list ? "the-role" : Role("ASIAMACHINE", absl::Hours(1)));
  });
  Server server(Answers);
  variables_ = {{"AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.Url("/")}};
  Open(server.Url(""));
  EXPECT_THAT(Call(), IsOk());
  ASSERT_THAT(metadata.requests(), SizeIs(3));
  EXPECT_THAT(metadata.requests()[2].head, HasSubstr("security-credentials/the-role "));
  EXPECT_EQ(SignedBy(server.requests()[0]), "ASIAMACHINE");
}

TEST_F(AwsClientTest, FetchesNewCredentialsBeforeTheOldOnesEnd) {
  ForgetCredentials();
  std::atomic<int> count = 0;
  Server agent([&](const Request&) {
    return Reply::Answer(200, Role("ASIA" + std::to_string(++count), absl::Minutes(2)));
  });
  Server server(Answers);
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = agent.Url("/creds");
  Open(server.Url(""));
  EXPECT_THAT(Call(), IsOk());
  const absl::Time end = absl::Now() + absl::Seconds(20);
  while (SignedBy(server.requests().back()) == "ASIA1" && absl::Now() < end) {
    ASSERT_THAT(Call(), IsOk()) << "nobody waits while they are good";
  }
  EXPECT_NE(SignedBy(server.requests().back()), "ASIA1");
}

TEST_F(AwsClientTest, LeavesAnAgentAloneThatHasFailed) {
  ForgetCredentials();
  Server agent([](const Request&) { return Reply::Answer(500, ""); });
  Server server(Answers);
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = agent.Url("/creds");
  Open(server.Url(""));
  for (int i = 0; i < 3; ++i) EXPECT_THAT(Call(), StatusIs(absl::StatusCode::kUnavailable, _));
  EXPECT_LE(agent.requests().size(), 2u);
  EXPECT_THAT(server.requests(), SizeIs(0));
}

}  // namespace
}  // namespace omni::aws_test

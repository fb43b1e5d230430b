/// \file
/// The control socket: a queue from another process, here from another thread.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "control/control_server.h"
#include "control/remote_source.h"
#include "control/wire.h"

namespace host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

/// Lends what it is given, once, and remembers what it is told.
class FakeSource final : public omni::QueueSource {
 public:
  absl::StatusOr<std::vector<omni::Delivery>> Lease(const LeaseParams& params) override {
    told.push_back("lease " + params.queue + " " + std::to_string(params.limit));
    if (params.wait > absl::Seconds(1)) return absl::InternalError("a drain would wait too long");
    return std::exchange(deliveries, {});
  }
  absl::Status Ack(const AckParams& params) override {
    for (const std::string& receipt : params.receipts) told.push_back("ack " + receipt);
    return absl::OkStatus();
  }
  absl::Status Nack(const NackParams& params) override {
    told.push_back("nack " + params.receipt + " " + params.reason);
    return absl::NotFoundError("the loan is over");
  }
  absl::Status Extend(const ExtendParams& params) override {
    told.push_back("extend " + params.receipt + " " + absl::FormatDuration(params.visibility));
    return absl::OkStatus();
  }
  absl::StatusOr<std::size_t> Redrive(const RedriveParams& params) override {
    told.push_back("redrive " + params.queue + " " + std::to_string(params.limit));
    return 7;
  }

  std::vector<omni::Delivery> deliveries = {};
  std::vector<std::string> told = {};
};

class ControlTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto server = ControlServer::Start(path_, source_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    auto remote = ConnectRemoteSource(path_);
    ASSERT_TRUE(remote.ok()) << remote.status();
    remote_ = *std::move(remote);
  }

  const std::string path_ = ::testing::TempDir() + "omni_" + std::to_string(getpid()) + ".sock";
  std::shared_ptr<FakeSource> source_ = std::make_shared<FakeSource>();
  std::unique_ptr<ControlServer> server_;
  std::shared_ptr<omni::QueueSource> remote_;
};

TEST_F(ControlTest, CarriesEverythingBothWays) {
  source_->deliveries = {{.receipt = "1:2",
                          .envelope = {.queue = "q",
                                       .group = "g",
                                       .dedupe_key = "k",
                                       .event_id = "e",
                                       .body = "{\"a\":\"\\n\"}\n",
                                       .headers = {{"h", "v"}, {"h", ""}}},
                          .attempt = 3,
                          .enqueued_at = absl::FromUnixMicros(1'705'314'600'412'345),
                          .dead_reason = "why"}};
  const auto deliveries =
      remote_->Lease({.queue = "q", .limit = 5, .wait = absl::Milliseconds(10)});
  ASSERT_TRUE(deliveries.ok()) << deliveries.status();
  ASSERT_THAT(*deliveries, SizeIs(1));
  const omni::Delivery& delivery = deliveries->front();
  EXPECT_EQ(delivery.receipt, "1:2");
  EXPECT_EQ(delivery.attempt, 3);
  EXPECT_EQ(delivery.enqueued_at, absl::FromUnixMicros(1'705'314'600'412'345));
  EXPECT_EQ(delivery.dead_reason, "why");
  EXPECT_EQ(delivery.envelope.queue, "q");
  EXPECT_EQ(delivery.envelope.group, "g");
  EXPECT_EQ(delivery.envelope.dedupe_key, "k");
  EXPECT_EQ(delivery.envelope.event_id, "e");
  EXPECT_EQ(delivery.envelope.body, "{\"a\":\"\\n\"}\n");
  EXPECT_THAT(delivery.envelope.headers, ElementsAre(Pair("h", "v"), Pair("h", "")));

  const std::vector<std::string> receipts = {"1:2", "3:4"};
  EXPECT_TRUE(remote_->Ack({.receipts = receipts}).ok());
  EXPECT_TRUE(absl::IsNotFound(remote_->Nack({.receipt = "1:2", .reason = "no"})));
  EXPECT_TRUE(remote_->Extend({.receipt = "1:2", .visibility = absl::Minutes(2)}).ok());
  const auto count = remote_->Redrive({.queue = "q", .limit = 9});
  ASSERT_TRUE(count.ok());
  EXPECT_EQ(*count, 7U);
  EXPECT_THAT(source_->told, ElementsAre("lease q 5", "ack 1:2", "ack 3:4", "nack 1:2 no",
                                         "extend 1:2 2m", "redrive q 9"));
}

TEST_F(ControlTest, ALongWaitIsMadeOfShortOnes) {
  const auto deliveries = remote_->Lease({.queue = "q", .wait = absl::Milliseconds(20)});
  ASSERT_TRUE(deliveries.ok()) << deliveries.status();
  EXPECT_THAT(*deliveries, IsEmpty());
}

TEST_F(ControlTest, OnlyTheSameUserCanConnect) {
  struct stat status = {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(ControlTest, EndsWhoeverIsConnected) {
  server_.reset();
  EXPECT_TRUE(absl::IsUnavailable(remote_->Redrive({.queue = "q"}).status()));
  EXPECT_TRUE(absl::IsUnavailable(ConnectRemoteSource(path_).status()));
  EXPECT_NE(access(path_.c_str(), F_OK), 0) << "the socket is gone";
}

TEST_F(ControlTest, TakesOverWhatAKilledProcessHasLeft) {
  auto second = ControlServer::Start(path_, source_);
  EXPECT_TRUE(second.ok()) << second.status();
}

TEST_F(ControlTest, ServesManyOneAfterAnother) {
  for (int i = 0; i < 50; ++i) {
    const auto remote = ConnectRemoteSource(path_);
    ASSERT_TRUE(remote.ok());
    EXPECT_TRUE((*remote)->Redrive({.queue = "q"}).ok()) << i;
  }
}

TEST(WireTest, RefusesWhatItDoesNotUnderstand) {
  FakeSource source;
  for (const char* question : {"", "{", "[]", "{}", R"({"ask":"drop"})"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ReadDone(AnswerControl(question, source)))) << question;
  }
  EXPECT_THAT(source.told, IsEmpty());
  EXPECT_TRUE(absl::IsUnavailable(ReadDone("nonsense")));
}

TEST(ListenAtTest, SaysThatANameIsTooLong) {
  EXPECT_FALSE(ListenAt("/tmp/" + std::string(200, 'x')).ok());
}

}  // namespace
}  // namespace host

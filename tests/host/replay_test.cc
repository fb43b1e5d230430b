/// \file
/// A capsule that is replayed while the host ends.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "admin/admin.h"
#include "config/load_config.h"
#include "host/host.h"
#include "omni/testing/status_matchers.h"

namespace host {
namespace {

using ::omni::testing::IsOk;
using ::testing::HasSubstr;

constexpr std::string_view kConfig = R"({
  "admin": {"token": "for-admins"},
  "queue": {"type": "memory"},
  "channels": [{"adapter": "inteliquent", "tenant": "acme", "token": "secret"}]
})";

/// Settles when the test says so. Thread safety: thread-safe.
class SlowSink final : public omni::QueueSink {
 public:
  void Enqueue(EnqueueParams params, omni::Completion<omni::Settlement> done) override {
    const std::lock_guard lock(mutex_);
    count_ = params.envelopes.size();
    done_ = std::move(done);
    asked_.notify_all();
  }
  /// Whether it was asked, in ten seconds.
  bool WaitUntilAsked() {
    std::unique_lock lock(mutex_);
    return asked_.wait_for(lock, std::chrono::seconds(10), [this] { return done_.has_value(); });
  }
  void Settle() {
    std::optional<omni::Completion<omni::Settlement>> done;
    {
      const std::lock_guard lock(mutex_);
      done.swap(done_);
    }
    (*std::move(done))(omni::Settlement::All(count_, absl::OkStatus()));
  }

 private:
  std::mutex mutex_;
  std::condition_variable asked_;
  std::size_t count_ = 0;
  std::optional<omni::Completion<omni::Settlement>> done_;
};

omni::Capsule MakeCapsule() {
  omni::Capsule capsule{.id = "018d0cc3-6a9c-7000-8000-000000000001",
                        .channel = "inteliquent-0",
                        .tenant = "acme",
                        .authentication = "verified",
                        .coverage = {.body = true}};
  capsule.request.method = omni::HttpMethod::kPost;
  capsule.request.target = "/webhooks/inteliquent";
  capsule.request.received_at = absl::Now();
  capsule.request.headers.Add("Content-Type", "application/json");
  capsule.request.body =
      R"({"type":"sms","referenceId":"r1","from":"+15559876543","to":["+15551234567"],"text":"hi"})";
  return capsule;
}

omni::WebhookRequest ReplayRequest(const std::string& id) {
  omni::WebhookRequest request;
  request.method = omni::HttpMethod::kPost;
  request.target = "/admin/quarantine/" + id + "/replay";
  request.peer = "192.0.2.1";
  request.headers.Add("Authorization", "Bearer for-admins");
  return request;
}

TEST(ReplayTest, IsAnsweredWhenTheQueueSettlesAfterTheAdministrationIsGone) {
  const auto log = std::make_shared<Log>(open("/dev/null", O_WRONLY | O_CLOEXEC));
  LoadedConfig loaded = ReadConfig(kConfig, "test");
  ASSERT_THAT(loaded.problems, ::testing::IsEmpty());
  auto host = Host::Open(std::move(loaded.config), log);
  ASSERT_THAT(host, IsOk());
  const auto sink = std::make_shared<SlowSink>();
  (*host)->WrapSink([&](const auto&) { return sink; });
  auto admin = Admin::Open(**host);
  ASSERT_THAT(admin, IsOk());
  ASSERT_THAT((*host)->Start(), IsOk());
  const omni::Capsule capsule = MakeCapsule();
  ASSERT_THAT((*host)->engine().quarantine->Put(capsule), IsOk());

  std::string answer;
  (*host)->Handle(ReplayRequest(capsule.id),
                  [&](ServerResponse response) { answer = response.response.body; });
  ASSERT_TRUE(sink->WaitUntilAsked());
  admin->reset();
  sink->Settle();
  EXPECT_THAT(answer, HasSubstr(R"("replayed":true,"removed":false)"));
  EXPECT_THAT((*host)->engine().quarantine->Get(capsule.id), IsOk()) << "it can be tried again";
}

}  // namespace
}  // namespace host

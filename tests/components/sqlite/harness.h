/// \file
/// A store in a directory of its own, and calls that wait.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "omni/components/sqlite.h"
#include "omni/testing/fakes.h"
#include "omni/testing/status_matchers.h"

namespace omni::inline v0_1 {
namespace testing {

/// A directory that goes with it.
///
/// Thread safety: thread-compatible.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    // In memory where that is possible: what a disk adds is time.
    const bool has_memory = std::filesystem::is_directory("/dev/shm");
    std::string path = (has_memory ? "/dev/shm/" : ::testing::TempDir()) + "omni_sqlite_XXXXXX";
    EXPECT_NE(mkdtemp(path.data()), nullptr);
    path_ = path;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline Envelope MakeEnvelope(const std::string& key, const std::string& group = "") {
  return {.queue = "acme:sms:inbound",
          .group = group,
          .dedupe_key = key,
          .event_id = "id of " + key,
          .body = "body of " + key,
          .headers = {{"name", "value"}, {"", std::string("\0:7", 3)}}};
}

/// The settlement once it is there.
inline Settlement Enqueue(QueueSink& sink, Envelopes envelopes,
                          absl::Time deadline = absl::InfiniteFuture()) {
  std::promise<Settlement> promise;
  sink.Enqueue({.envelopes = std::move(envelopes), .deadline = deadline},
               [&promise](Settlement settlement) { promise.set_value(std::move(settlement)); });
  return promise.get_future().get();
}
inline absl::Status Enqueue(QueueSink& sink, const Envelope& envelope) {
  Settlement settlement = Enqueue(sink, Envelopes{envelope});
  return settlement.outcomes.size() == 1 ? settlement.outcomes[0] : absl::InternalError("none");
}

/// Takes everything out of the queue; the dedupe keys, in the order they came.
inline std::vector<std::string> Drain(QueueSource& source,
                                      const std::string& queue = "acme:sms:inbound") {
  std::vector<std::string> keys;
  while (true) {
    auto deliveries = source.Lease({.queue = queue, .limit = 100});
    EXPECT_THAT(deliveries, IsOk());
    if (!deliveries.ok() || deliveries->empty()) return keys;
    std::vector<std::string> receipts;
    for (Delivery& delivery : *deliveries) {
      keys.push_back(std::move(delivery.envelope.dedupe_key));
      receipts.push_back(std::move(delivery.receipt));
    }
    EXPECT_THAT(source.Ack({.receipts = receipts}), IsOk());
  }
}

class SqliteTest : public ::testing::Test {
 protected:
  SqliteTest() { options_ = {.path = directory_.File("queue.db"), .clock = clock_}; }

  void Open() {
    store_ = {};  // one process, one owner
    auto store = OpenSqlite(options_);
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
  }
  std::vector<Delivery> Lease(std::size_t limit = 100,
                              const std::string& queue = "acme:sms:inbound") {
    auto deliveries = store_.source->Lease({.queue = queue, .limit = limit});
    EXPECT_THAT(deliveries, IsOk());
    return deliveries.ok() ? *std::move(deliveries) : std::vector<Delivery>{};
  }
  std::vector<std::string> LeaseKeys(std::size_t limit = 100) {
    std::vector<std::string> keys;
    for (const Delivery& delivery : Lease(limit)) keys.push_back(delivery.envelope.dedupe_key);
    return keys;
  }
  absl::Status Ack(const Delivery& delivery) {
    const std::vector<std::string> receipts = {delivery.receipt};
    return store_.source->Ack({.receipts = receipts});
  }
  void Put(const std::string& key, const std::string& group = "") {
    ASSERT_THAT(Enqueue(*store_.sink, MakeEnvelope(key, group)), IsOk());
  }

  TemporaryDirectory directory_;
  std::shared_ptr<FakeClock> clock_ = std::make_shared<FakeClock>();
  SqliteOptions options_;
  SqliteStore store_;
};

}  // namespace testing
}  // namespace omni::inline v0_1

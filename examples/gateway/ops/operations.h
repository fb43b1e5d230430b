/// \file
/// Looking at a running host: counters, history, the live feed, the depths of queues.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/periodic.h"
#include "omni/ports/queue_browser.h"
#include "ops/history.h"
#include "ops/live_feed.h"
#include "ops/metrics.h"
#include "server/http_server.h"

namespace host {

/// Thread safety: thread-safe.
class Operations {
 public:
  struct Sources {
    std::shared_ptr<omni::QueueBrowser> browser = {};  ///< null: depths are not known
    std::function<absl::Status()> readiness = {};
    std::function<std::size_t()> spool_depth = {};  ///< null: there is no spool
  };
  Operations();
  Operations(const Operations&) = delete;
  Operations& operator=(const Operations&) = delete;

  [[nodiscard]] const std::shared_ptr<Metrics>& metrics() const { return metrics_; }
  [[nodiscard]] const std::shared_ptr<LiveFeed>& feed() const { return feed_; }

  /// Begins to look, once a second.
  void Start(Sources sources);
  /// From now on the server's counts are told, too; null: not any more.
  void SetServer(std::function<ServerStats()> stats);
  /// Nobody looks any more. Before what Start was given goes.
  void Stop();

  [[nodiscard]] std::string Exposition() const;
  [[nodiscard]] std::string StatsJson() const;

 private:
  void Sample();
  void SampleQueues();
  [[nodiscard]] Gauges Now() const;

  const std::shared_ptr<Metrics> metrics_ = std::make_shared<Metrics>();
  const std::shared_ptr<LiveFeed> feed_ = std::make_shared<LiveFeed>();
  const absl::Time started_;
  Sources sources_;
  absl::Time next_depths_ = absl::InfinitePast();

  mutable Mutex mutex_;
  History history_ HOST_GUARDED_BY(mutex_);
  std::vector<omni::QueueDepth> queues_ HOST_GUARDED_BY(mutex_);
  std::function<ServerStats()> server_ HOST_GUARDED_BY(mutex_);

  std::unique_ptr<Periodic> sampler_;
};

}  // namespace host

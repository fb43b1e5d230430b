/// \file
/// What happens now, for those who watch: server-sent events.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "omni/ports/observer.h"
#include "omni/ports/queue_sink.h"
#include "ops/per_second.h"
#include "server/http_server.h"

namespace host {

/// Tells watchers of requests, of events that reached the queue, and what they are handed by
/// Publish. Remembers the latest, so that who comes sees something. Addresses are masked.
///
/// What strangers can make it do is bounded: so many messages a second, the rest is only counted;
/// so many explanations a second; so many watchers.
///
/// Thread safety: thread-safe.
class LiveFeed final : public omni::Observer {
 public:
  static constexpr std::size_t kMaxWatchers = 16;
  static constexpr int kMaxPerSecond = 100;  ///< of each kind
  static constexpr int kMaxExplainedPerSecond = 20;
  static constexpr std::size_t kRemembered = 100;  ///< of each kind
  static constexpr std::size_t kMaxMessageBytes = 32 * 1024;
  /// Of each kind: who comes is sent all of it at once, which must not be more than a stream may be
  /// ahead of its client.
  static constexpr std::size_t kRememberedBytes = 128 * 1024;

  void OnRequest(const omni::RequestReport& report) override;
  [[nodiscard]] bool WantsExplanations() const override;

  /// Whether there is room for another event in this second.
  [[nodiscard]] bool HasRoomForEvents() const;
  /// An envelope reached the queue.
  void OnEnqueued(const omni::Envelope& envelope);
  /// Sends `json` as an event of that name; it is not remembered.
  void Publish(std::string_view name, std::string_view json);

  /// What was remembered goes first. False when there are too many watchers already.
  bool Watch(const std::shared_ptr<ResponseStream>& stream);
  [[nodiscard]] std::size_t watchers() const;
  /// Messages that were left out.
  [[nodiscard]] std::uint64_t skipped() const;

 private:
  /// The latest messages of a kind.
  struct Latest {
    std::deque<std::string> messages = {};
    std::size_t bytes = 0;
  };

  using Watchers = std::vector<std::shared_ptr<ResponseStream>>;

  static void Remember(const std::string& message, Latest& latest);
  void Send(const Watchers& watchers, const std::string& message);

  PerSecond request_rate_{kMaxPerSecond};
  PerSecond rejection_rate_{kMaxPerSecond};
  PerSecond event_rate_{kMaxPerSecond};
  PerSecond explained_rate_{kMaxExplainedPerSecond};
  std::atomic<std::uint64_t> skipped_ = 0;

  mutable Mutex mutex_;
  Latest requests_ HOST_GUARDED_BY(mutex_);
  Latest rejections_ HOST_GUARDED_BY(mutex_);
  Latest events_ HOST_GUARDED_BY(mutex_);
  Watchers watchers_ HOST_GUARDED_BY(mutex_);
};

/// A sink that tells the feed of what the sink behind it accepted.
[[nodiscard]] std::shared_ptr<omni::QueueSink> WatchSink(std::shared_ptr<omni::QueueSink> sink,
                                                         std::shared_ptr<LiveFeed> feed);

}  // namespace host

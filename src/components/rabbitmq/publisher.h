/// \file
/// Sends envelopes and hears which ones the broker has.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "components/backoff.h"
#include "components/rabbitmq/ledger.h"
#include "components/rabbitmq/link.h"
#include "components/rabbitmq/settings.h"
#include "components/rabbitmq/topology.h"

namespace omni::inline v0_1 {
namespace internal::amqp {

/// Thread safety: Enqueue and the two ends are thread-safe; RunSender and RunTimekeeper are called
/// once, each on a thread of its own.
class Publisher {
 public:
  static absl::StatusOr<std::shared_ptr<Publisher>> Make(
      const std::shared_ptr<const Settings>& settings);

  void Enqueue(QueueSink::EnqueueParams params, Completion<Settlement> done);
  /// Sends one that was in a queue before; `dead_reason` when it becomes a dead letter.
  void Forward(Envelope envelope, absl::Time enqueued_at, std::string dead_reason,
               Completion<Settlement> done);
  /// Takes nothing more, and lets the threads end when all is settled.
  void Stop();
  /// Lets the sender end at once, whatever it waits for.
  void Abort();

  void RunSender();
  void RunTimekeeper();

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  struct Refusal {
    absl::Status status = {};
    TimePoint until = {};
  };
  /// A message that the broker sends back, as far as it has come.
  struct Returned {
    std::string exchange = {};
    std::string routing_key = {};
    absl::Status verdict = {};
    std::uint64_t body_left = 0;
  };

  Publisher(std::shared_ptr<const Settings> settings, std::unique_ptr<Wake> wake);
  [[nodiscard]] const RabbitMqOptions& options() const { return settings_->options; }

  void Submit(const std::shared_ptr<Order>& order, absl::Duration budget);

  absl::Status Connect();
  absl::Status OpenPublishing();
  void Disconnect(const std::string& why);
  void Pause(absl::Duration pause);

  /// Until it is over, or the connection is lost.
  absl::Status Pump();
  absl::Status Send(const Sending& sending);
  /// Whether the queue is there to be sent to.
  absl::Status Prepare(const std::string& queue);
  /// Whether there was anything to hear.
  absl::StatusOr<bool> Listen();
  absl::Status OnFrame(const amqp_frame_t& frame);
  absl::Status OnMethod(const amqp_frame_t& frame);
  void OnReturn(const amqp_basic_return_t& method);
  void OnReturnedHead(const amqp_frame_t& frame);
  absl::Status OnChannelClose(const amqp_frame_t& frame);
  void SetBlocked(bool blocked, const std::string& why);

  const std::shared_ptr<const Settings> settings_;
  const std::unique_ptr<Wake> wake_;
  Ledger ledger_;

  // The sender's.
  const Backoff backoff_;
  int failures_ = 0;  // to connect, in a row
  Declarations declarations_;
  std::map<std::string, Target> targets_;
  std::map<std::string, Refusal> refusals_;  // of the broker to declare
  Returned returned_;
  std::uint64_t last_refused_ = 0;  // its tag
  bool is_blocked_ = false;

  Mutex link_mutex_;  // for Abort; the sender alone changes it
  std::unique_ptr<Link> link_;
};

}  // namespace internal::amqp
}  // namespace omni::inline v0_1

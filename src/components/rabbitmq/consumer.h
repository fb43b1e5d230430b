/// \file
/// Hears what the broker delivers, and tells it what is done.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "components/backoff.h"
#include "components/rabbitmq/lending.h"
#include "components/rabbitmq/link.h"
#include "components/rabbitmq/settings.h"
#include "components/rabbitmq/topology.h"

namespace omni::inline v0_1 {
namespace internal::amqp {

/// Thread safety: Run is called once, on a thread of its own; the rest is thread-safe.
class Consumer {
 public:
  /// Work for the consumer's thread. `link` is null when there is no connection; `connection` is
  /// its number.
  using Task = std::function<void(Link* link, std::uint64_t connection)>;

  static absl::StatusOr<std::shared_ptr<Consumer>> Make(
      const std::shared_ptr<const Settings>& settings);

  [[nodiscard]] Lending& lending() { return lending_; }
  /// There is something to tell the broker, or a queue to consume.
  void Notify() { wake_->Notify(); }
  void Do(Task task);
  void Stop();
  void Abort();
  void Run();

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  /// How a queue is consumed. Its number gives its channel.
  struct Subscription {
    std::string queue = {};
    bool is_on = false;
    TimePoint next_try = {};
  };
  /// A message as far as it has come.
  struct Partial {
    std::uint64_t tag = 0;
    bool is_again = false;
    Message message = {};
    std::string body = {};
    std::uint64_t size = 0;
  };

  Consumer(std::shared_ptr<const Settings> settings, std::unique_ptr<Wake> wake);
  [[nodiscard]] const RabbitMqOptions& options() const { return settings_->options; }

  absl::Status Connect();
  void Disconnect(const absl::Status& why);
  void Pause(absl::Duration pause);
  [[nodiscard]] bool is_stopped();
  void DoTasks();

  absl::Status Pump();
  absl::Status SubscribeAll();
  absl::Status Subscribe(QueueNumber number, Subscription& subscription);
  absl::Status Consume(QueueNumber number, const std::string& queue);
  void Unsubscribe(QueueNumber number, const absl::Status& problem);
  absl::Status SendAcks();
  absl::StatusOr<bool> Listen();
  absl::Status OnFrame(const amqp_frame_t& frame);
  absl::Status OnMethod(const amqp_frame_t& frame);
  absl::Status OnCancel(amqp_channel_t channel);
  void OnHead(const amqp_frame_t& frame);
  void OnBody(const amqp_frame_t& frame);
  void Deliver(amqp_channel_t channel, Partial& partial);
  [[nodiscard]] std::chrono::milliseconds Nap() const;

  const std::shared_ptr<const Settings> settings_;
  const std::unique_ptr<Wake> wake_;
  Lending lending_;

  // The thread's.
  std::uint64_t connection_ = 0;  // how many there were
  const Backoff backoff_;
  int failures_ = 0;  // to connect, in a row
  Declarations declarations_;
  std::deque<Subscription> subscriptions_;  // by number
  std::map<amqp_channel_t, Partial> partials_;

  Mutex mutex_;
  std::vector<Task> tasks_ OMNI_GUARDED_BY(mutex_);
  bool is_stopped_ OMNI_GUARDED_BY(mutex_) = false;

  Mutex link_mutex_;  // for Abort; the thread alone changes it
  std::unique_ptr<Link> link_;
};

}  // namespace internal::amqp
}  // namespace omni::inline v0_1

/// \file
/// What omni's queues are called at the broker, and what they are there.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "absl/status/status.h"
#include "components/rabbitmq/link.h"
#include "omni/components/rabbitmq.h"

namespace omni::inline v0_1 {
namespace internal::amqp {

[[nodiscard]] bool HoldsDeadLetters(std::string_view queue);

/// Where a queue lives.
struct Target {
  std::string queue = {};
  std::string exchange = {};
  std::string routing_key = {};
};

/// By omni's name of the queue. Dead letters do not go through an exchange of the host's: they are
/// in the queue behind the other's name.
[[nodiscard]] Target TargetOf(const RabbitMqTopology& topology, const std::string& queue);

/// Declares each queue once over a connection.
///
/// Thread safety: confined.
class Declarations {
 public:
  explicit Declarations(const RabbitMqTopology& topology) : topology_(topology) {}

  /// Declares the queue, the one of its dead letters and what leads there, over `channel`. Nothing
  /// to do in passive mode. Errors: those of Link::Check.
  absl::Status Ensure(Link& link, amqp_channel_t channel, const std::string& queue);
  /// The queue may be gone, or the connection that knew of it is.
  void Forget(const std::string& queue) { declared_.erase(queue); }
  void ForgetAll() { declared_.clear(); }

 private:
  absl::Status Declare(Link& link, amqp_channel_t channel, const std::string& queue) const;
  absl::Status Route(Link& link, amqp_channel_t channel, const Target& target) const;

  const RabbitMqTopology& topology_;
  std::unordered_set<std::string> declared_;
};

}  // namespace internal::amqp
}  // namespace omni::inline v0_1

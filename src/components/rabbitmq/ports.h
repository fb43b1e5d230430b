/// \file
/// The ports over one broker.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "components/rabbitmq/settings.h"
#include "omni/ports/completion.h"
#include "omni/ports/queue_sink.h"
#include "omni/ports/queue_source.h"

namespace omni::inline v0_1 {
namespace internal::amqp {

/// The sink, which the source uses too: to move envelopes between queues.
///
/// Thread safety: thread-safe.
class ForwardingSink : public QueueSink {
 public:
  /// Sends one that was in a queue before; `dead_reason` when it becomes a dead letter.
  virtual void Forward(Envelope envelope, absl::Time enqueued_at, std::string dead_reason,
                       Completion<Settlement> done) = 0;
};

absl::StatusOr<std::shared_ptr<ForwardingSink>> MakeRabbitMqSink(
    const std::shared_ptr<const Settings>& settings);
absl::StatusOr<std::shared_ptr<QueueSource>> MakeRabbitMqSource(
    const std::shared_ptr<const Settings>& settings, std::shared_ptr<ForwardingSink> sink);

}  // namespace internal::amqp
}  // namespace omni::inline v0_1

/// \file
/// Dead letters on their way back.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "components/rabbitmq/consumer.h"
#include "components/rabbitmq/ports.h"

namespace omni::inline v0_1 {
namespace internal::amqp {

/// Moves at most `limit` dead letters back to `queue`, as enqueued now: the source must not take
/// them for those that it is done with. One at a time for one consumer.
/// Errors: Unavailable, and what the broker says of the queues.
absl::StatusOr<std::size_t> Redrive(const std::shared_ptr<Consumer>& consumer, ForwardingSink& sink,
                                    const Settings& settings, const std::string& queue,
                                    std::size_t limit);

}  // namespace internal::amqp
}  // namespace omni::inline v0_1

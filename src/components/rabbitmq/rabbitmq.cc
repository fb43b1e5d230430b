#include "omni/components/rabbitmq.h"

#include <utility>

#include "base/status_macros.h"
#include "components/rabbitmq/ports.h"
#include "components/rabbitmq/settings.h"

namespace omni::inline v0_1 {

absl::StatusOr<RabbitMq> OpenRabbitMq(RabbitMqOptions options) {
  OMNI_ASSIGN_OR_RETURN(const auto settings, internal::amqp::MakeSettings(std::move(options)));
  OMNI_ASSIGN_OR_RETURN(const auto sink, internal::amqp::MakeRabbitMqSink(settings));
  OMNI_ASSIGN_OR_RETURN(auto source, internal::amqp::MakeRabbitMqSource(settings, sink));
  return RabbitMq{.sink = sink, .source = std::move(source)};
}

}  // namespace omni::inline v0_1

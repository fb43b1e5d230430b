/// \file
/// The options, checked, with the URL taken apart.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "omni/components/rabbitmq.h"

namespace omni::inline v0_1 {
namespace internal::amqp {

/// Thread safety: immutable.
struct Settings {
  RabbitMqOptions options = {};
  bool uses_tls = false;
  std::string host = {};
  int port = 0;
  std::string vhost = {};
  std::string user = {};
  Secret password = {};

  /// The password of the next connection.
  [[nodiscard]] absl::StatusOr<Secret> Password() const;
};

/// Errors: InvalidArgument.
absl::StatusOr<std::shared_ptr<const Settings>> MakeSettings(RabbitMqOptions options);

}  // namespace internal::amqp
}  // namespace omni::inline v0_1

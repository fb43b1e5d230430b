#include "components/rabbitmq/settings.h"

#include <algorithm>
#include <fstream>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "components/rabbitmq/amqp.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace internal::amqp {
namespace {

absl::Status OptionError(const std::string& problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, problem,
                   {.reason = "invalid_option", .blame = Blame::kHost});
}

absl::Status CheckTimes(const RabbitMqOptions& options) {
  if (options.connect_timeout < absl::Milliseconds(1) || options.connect_timeout > absl::Hours(1)) {
    return OptionError("connect_timeout must be between a millisecond and an hour");
  }
  if (options.heartbeat < absl::Seconds(1) || options.heartbeat > absl::Hours(1)) {
    return OptionError("heartbeat must be between a second and an hour");
  }
  if (options.min_backoff <= absl::ZeroDuration() || options.max_backoff < options.min_backoff) {
    return OptionError("min_backoff must be positive, and max_backoff no less");
  }
  if (options.confirm_timeout <= absl::ZeroDuration() ||
      options.confirm_timeout > absl::Hours(24)) {
    return OptionError("confirm_timeout must be positive and at most a day");
  }
  if (options.outage_patience < absl::ZeroDuration()) {
    return OptionError("outage_patience must not be negative");
  }
  return absl::OkStatus();
}

absl::Status CheckSizes(const RabbitMqOptions& options) {
  if (options.max_unconfirmed == 0) return OptionError("max_unconfirmed must be positive");
  if (options.prefetch == 0) return OptionError("prefetch must be positive");
  if (options.max_queues == 0 || options.max_queues > 2000) {
    return OptionError("max_queues must be between 1 and 2000");
  }
  const RabbitMqTopology& topology = options.topology;
  if (topology.max_attempts < 1) return OptionError("topology.max_attempts must be positive");
  if (topology.max_length < 0) return OptionError("topology.max_length must not be negative");
  if (topology.queue_name.empty()) return OptionError("topology.queue_name must not be empty");
  return absl::OkStatus();
}

absl::Status CheckTls(const RabbitMqTls& tls) {
  for (const std::string* file : {&tls.ca_file, &tls.certificate_file, &tls.key_file}) {
    if (!file->empty() && !std::ifstream(*file)) {
      return OptionError("tls: cannot be read: " + *file);
    }
  }
  if (tls.certificate_file.empty() != tls.key_file.empty()) {
    return OptionError("tls: certificate_file and key_file go together");
  }
  return absl::OkStatus();
}

/// The message never has the URL in it: that may hold a password.
absl::Status ReadUrl(Settings& settings) {
  std::string& text = settings.options.url;  // taken apart in place, and gone afterwards
  amqp_connection_info parts = {};
  amqp_default_connection_info(&parts);
  if (amqp_parse_url(text.data(), &parts) != AMQP_STATUS_OK) {
    return OptionError("url must be amqp[s]://[user[:password]@]host[:port][/vhost]");
  }
  settings.uses_tls = parts.ssl != 0;
  settings.host = parts.host;
  settings.port = parts.port;
  settings.vhost = *parts.vhost == '\0' ? "/" : parts.vhost;
  settings.user = parts.user;
  settings.password = Secret(parts.password);
  std::fill(text.begin(), text.end(), '\0');
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Secret> Settings::Password() const {
  if (options.password_provider) return options.password_provider();
  return (options.password.empty() ? password : options.password).Clone();
}

absl::StatusOr<std::shared_ptr<const Settings>> MakeSettings(RabbitMqOptions options) {
  OMNI_RETURN_IF_ERROR(CheckTimes(options));
  OMNI_RETURN_IF_ERROR(CheckSizes(options));
  OMNI_RETURN_IF_ERROR(CheckTls(options.tls));
  auto settings = std::make_shared<Settings>();
  settings->options = std::move(options);
  OMNI_RETURN_IF_ERROR(ReadUrl(*settings));
  if (settings->options.clock == nullptr) settings->options.clock = MakeSystemClock();
  return std::shared_ptr<const Settings>(std::move(settings));
}

}  // namespace internal::amqp
}  // namespace omni::inline v0_1

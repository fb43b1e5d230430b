/// \file
/// A durable queue on RabbitMQ, for several gateways and for workers on other machines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/export.h"
#include "omni/ports/clock.h"
#include "omni/ports/queue_sink.h"
#include "omni/ports/queue_source.h"
#include "omni/secret.h"

namespace omni::inline v0_1 {

/// Where one queue of omni's lives, when the templates do not say it.
struct RabbitMqRoute {
  std::string queue = {};        ///< omni's name: `acme:sms:inbound`
  std::string name = {};         ///< the broker's; empty: as the template says
  std::string exchange = {};     ///< empty: the default exchange, whose keys are names of queues
  std::string routing_key = {};  ///< empty: the broker's name of the queue
};

/// What stands for a queue at the broker. In templates `{queue}` is omni's name, `{tenant}`,
/// `{channel}` and `{kind}` are its parts, and `{kind}` of dead letters ends in `:dead`.
struct RabbitMqTopology {
  enum class Mode {
    kDeclare,  ///< queues, exchanges and bindings are declared when they are first needed
    kPassive,  ///< somebody else does that; nothing is declared
  };
  enum class QueueType {
    kQuorum,   ///< replicated; counts deliveries over crashes
    kClassic,  ///< one node's; knows only whether it has delivered before
  };

  Mode mode = Mode::kDeclare;
  QueueType type = QueueType::kQuorum;
  std::string queue_name = "{queue}";
  std::string exchange = {};  ///< empty: the default one
  std::string exchange_type = "direct";
  std::string routing_key = {};            ///< empty: the broker's name of the queue
  std::vector<RabbitMqRoute> routes = {};  ///< exceptions
  bool single_active_consumer = true;      ///< one source at a time, so order holds over several
  int max_attempts = 3;                    ///< then an envelope is a dead letter
  /// How often a quorum queue delivers, whoever consumes; it also counts what was fetched by a
  /// consumer that died and never lent. A net below max_attempts, which the source minds.
  int delivery_limit = 20;
  std::int64_t max_length = 0;  ///< envelopes in a queue; beyond: refused; 0: no limit
  absl::Duration dead_letter_ttl = absl::Hours(24 * 14);  ///< then a dead letter is deleted
};

struct RabbitMqTls {
  std::string ca_file = {};           ///< certificates to trust, PEM; empty: the system's
  std::string certificate_file = {};  ///< the client's own, PEM, and its key
  std::string key_file = {};
  bool verify_peer = true;
  bool verify_host = true;  ///< the certificate is for the host's name
};

/// Thread safety: thread-compatible.
struct RabbitMqOptions {
  /// `amqp://user:password@host:5672/vhost`, or `amqps`. What it lacks is `guest`, the port of the
  /// scheme, and the virtual host `/`.
  std::string url = "amqp://localhost";
  Secret password = {};  ///< instead of the one in the URL
  /// Asked before each connection, instead of `password`: secrets change while the host runs.
  std::function<absl::StatusOr<Secret>()> password_provider = {};
  RabbitMqTls tls = {};
  std::shared_ptr<Clock> clock = {};  ///< for deadlines; none: the system's

  absl::Duration connect_timeout = absl::Seconds(5);
  absl::Duration heartbeat = absl::Seconds(30);          ///< whole seconds
  absl::Duration min_backoff = absl::Milliseconds(100);  ///< between connections; doubled, jittered
  absl::Duration max_backoff = absl::Seconds(15);

  RabbitMqTopology topology = {};

  /// Every confirm has a deadline: the caller's, or this when that is later.
  absl::Duration confirm_timeout = absl::Seconds(10);
  /// How long enqueues wait for a broker that is away or has an alarm; then they are refused at
  /// once until it is back.
  absl::Duration outage_patience = absl::Seconds(2);
  std::size_t max_unconfirmed = 1000;           ///< sent and not confirmed yet; more wait
  std::size_t max_pending_envelopes = 100'000;  ///< beyond, they are refused: Unavailable
  std::size_t max_pending_bytes = std::size_t{64} << 20;

  std::uint16_t prefetch = 32;    ///< of each queue that is consumed, lent ones included
  std::size_t max_queues = 1000;  ///< that one source consumes
};

/// A sink and a source over one broker, each with a connection of its own that comes back by
/// itself. docs/rabbitmq.md says what is promised and how to operate it.
///
/// - OK is told after the broker's confirm: for a quorum queue a majority has it on disk. What the
///   broker cannot route is a failure, though it confirms that too.
/// - The sink does not deduplicate. When the connection is lost, what was not confirmed is sent
///   again while its deadline lasts, before everything behind it; so it may be there twice.
///   Consumers deduplicate by the key.
/// - Completions run on the sink's own threads and must not block them. They may call any port.
/// - The source lends as its contract says, each queue to one source at a time
///   (`single_active_consumer`). An Ack that the broker did not hear of is told again when it
///   delivers again; one that the process took with it is not.
///
/// Lifetime: independent of the ports.
/// Thread safety: thread-compatible; the ports are thread-safe.
struct OMNI_EXPORT RabbitMq {
  std::shared_ptr<QueueSink> sink = {};
  std::shared_ptr<QueueSource> source = {};
};

/// Does not wait for the broker: the connections are made in the background, for ever.
///
/// Errors: InvalidArgument (an option), Unavailable (no thread or no descriptor is left).
[[nodiscard]] OMNI_EXPORT absl::StatusOr<RabbitMq> OpenRabbitMq(RabbitMqOptions options);

}  // namespace omni::inline v0_1

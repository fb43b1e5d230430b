/// \file
/// The queue on RabbitMQ: docs/rabbitmq.md.

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <utility>

#include "engine/broker.h"
#include "engine/engine_types.h"
#include "omni/components/rabbitmq.h"
#include "secrets/reference_secrets.h"

namespace host {
namespace {

enum class QueueType { kQuorum, kClassic };
BOOST_DESCRIBE_ENUM(QueueType, kQuorum, kClassic)

struct RabbitMqKeys {
  std::string url = "amqp://localhost";
  std::string password = {};  ///< a reference; instead of the one in the URL
  QueueType queue_type = QueueType::kQuorum;
  bool declare = true;  ///< what is not there yet
  std::string exchange = {};
  std::int64_t max_attempts = 3;
  std::string ca_file = {};
};
BOOST_DESCRIBE_STRUCT(RabbitMqKeys, (),
                      (url, password, queue_type, declare, exchange, max_attempts, ca_file))

class RabbitMqEngineOptions final : public EngineOptions {
 public:
  RabbitMqEngineOptions(RabbitMqKeys keys, BrokerKeys around)
      : keys_(std::move(keys)), around_(std::move(around)) {}

  absl::StatusOr<Engine> Open() const override {
    auto broker = Connect();
    if (!broker.ok()) return broker.status();
    return SurroundBroker(std::move(broker->sink), std::move(broker->source), around_);
  }
  absl::StatusOr<std::shared_ptr<omni::QueueSource>> OpenSource() const override {
    auto broker = Connect();
    if (!broker.ok()) return broker.status();
    return std::move(broker->source);
  }
  [[nodiscard]] absl::Duration source_patience() const override { return kBrokerPatience; }

 private:
  [[nodiscard]] absl::StatusOr<omni::RabbitMq> Connect() const {
    omni::RabbitMqOptions options;
    options.url = keys_.url;
    if (!keys_.password.empty()) {
      // Asked before each connection: secrets change while the host runs.
      options.password_provider = [reference = keys_.password] {
        return ResolveReference(reference);
      };
    }
    options.tls.ca_file = keys_.ca_file;
    options.topology.mode = keys_.declare ? omni::RabbitMqTopology::Mode::kDeclare
                                          : omni::RabbitMqTopology::Mode::kPassive;
    options.topology.type = keys_.queue_type == QueueType::kQuorum
                                ? omni::RabbitMqTopology::QueueType::kQuorum
                                : omni::RabbitMqTopology::QueueType::kClassic;
    options.topology.exchange = keys_.exchange;
    options.topology.max_attempts = static_cast<int>(keys_.max_attempts);
    return omni::OpenRabbitMq(std::move(options));
  }

  const RabbitMqKeys keys_;
  const BrokerKeys around_;
};

}  // namespace

std::shared_ptr<const EngineOptions> ReadRabbitMqEngine(omni::ConfigReader& reader) {
  RabbitMqKeys keys;
  reader.Read(keys);
  if (!keys.url.starts_with("amqp://") && !keys.url.starts_with("amqps://")) {
    reader.Fail("url", "expected an address, as \"amqp://user@host:5672/vhost\"");
  }
  if (keys.max_attempts < 1 || keys.max_attempts > 1'000) {
    reader.Fail("maxAttempts", "expected an integer from 1 to 1000");
  }
  BrokerKeys around = ReadBrokerKeys(reader);
  return std::make_shared<RabbitMqEngineOptions>(std::move(keys), std::move(around));
}

}  // namespace host

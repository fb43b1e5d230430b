// Hands what a gateway receives to a broker, and works it off.
#include <cstdio>
#include <cstdlib>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "omni/components/rabbitmq.h"
#include "omni/gateway.h"

namespace {

absl::StatusOr<omni::Secret> ReadPassword() {
  const char* password = std::getenv("RABBITMQ_PASSWORD");
  return omni::Secret(password == nullptr ? "guest" : password);
}

absl::StatusOr<omni::RabbitMq> OpenBroker(const std::string& url, omni::Gateway::Builder& builder) {
  omni::RabbitMqOptions options;
  options.url = url;  // amqps://gateway@broker.example/events
  options.password_provider = ReadPassword;
  options.outage_patience = absl::Seconds(1);
  auto broker = omni::OpenRabbitMq(std::move(options));
  if (!broker.ok()) return broker.status();
  builder.SetSink(broker->sink);
  return broker;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 1;
  omni::Gateway::Builder builder;
  const auto broker = OpenBroker(argv[1], builder);
  if (!broker.ok()) {
    std::fputs(broker.status().ToString().c_str(), stderr);
    return 2;
  }
  omni::Envelope envelope;
  envelope.queue = "acme:sms:inbound";
  envelope.body = "{}";
  std::promise<absl::Status> answered;
  broker->sink->Enqueue({.envelopes = {envelope}}, [&answered](omni::Settlement settlement) {
    answered.set_value(std::move(settlement.outcomes.at(0)));
  });
  return absl::IsUnavailable(answered.get_future().get()) ? 0 : 3;
}

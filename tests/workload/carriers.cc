#include "workload/carriers.h"

#include <algorithm>
#include <utility>

namespace omni::workload {

std::vector<Carrier> Carriers() {
  constexpr std::size_t kBatch = 50;
  return {
      {"bandwidth", "bandwidth", Rig::BandwidthSms, {BandwidthChannel()}},
      {"messagebird", "messagebird", Rig::MessageBirdText, {MessageBirdChannel()}},
      {"twilio", "twilio", Rig::TwilioSms, {TwilioChannel(1)}},
      {"whatsapp", "whatsapp", Rig::WhatsAppText, WhatsAppChannels(1)},
      {"whatsapp_batch", "whatsapp",
       [](std::size_t pool) { return Rig::WhatsAppBatch(pool, kBatch); }, WhatsAppChannels(1),
       kBatch},
  };
}

std::unique_ptr<Gateway> OpenGateway(const AdapterRegistry& registry, const Carrier& carrier,
                                     std::size_t pool, std::shared_ptr<QueueSink> sink) {
  return OpenGateway(registry, carrier.channels, std::max<std::size_t>(pool / 4, 1), {},
                     std::move(sink));
}

int Send(Gateway& gateway, const WebhookRequest& request) {
  int status = 0;
  WebhookRequest copy = request;
  gateway.Handle(std::move(copy), [&](const HttpResponse& answer) { status = answer.status; });
  return status;
}

}  // namespace omni::workload

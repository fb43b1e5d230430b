/// \file
/// The carriers that are measured, each with its requests.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "workload/workload.h"

namespace omni::workload {

struct Carrier {
  std::string name;      ///< as benchmarks and budgets name it
  std::string protocol;  ///< whose requests these are
  std::function<Rig(std::size_t pool)> rig;
  std::vector<std::string> channels;
  std::size_t events = 1;  ///< of one request
};

/// bandwidth, messagebird, twilio, whatsapp; and whatsapp_batch, of 50 messages.
[[nodiscard]] std::vector<Carrier> Carriers();

/// A gateway for the carrier, which takes every request of a pool of that size for new whenever it
/// comes round again.
[[nodiscard]] std::unique_ptr<Gateway> OpenGateway(
    const AdapterRegistry& registry, const Carrier& carrier, std::size_t pool,
    std::shared_ptr<QueueSink> sink = std::make_shared<DiscardSink>());

/// Sends a copy of the request through the gateway; the status of the answer.
int Send(Gateway& gateway, const WebhookRequest& request);

}  // namespace omni::workload

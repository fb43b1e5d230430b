/// \file
/// instruction_probe CARRIER STAGE: one stage of one carrier over a pool of different requests.
/// Callgrind counts what happens inside the function Measured, and nothing else.
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omni/codec.h"
#include "workload/carriers.h"

namespace omni::workload {

[[noreturn]] void Stop(const char* what) {
  std::fprintf(stderr, "instruction_probe: %s\n", what);
  std::exit(2);
}

/// Called once for each request. Callgrind is told its name.
__attribute__((noinline)) void Measured(const std::function<bool()>& stage) {
  if (!stage()) Stop("a request was refused");
}

namespace {

constexpr std::size_t kRequests = 64;
constexpr std::size_t kEvents = 128;

/// What is to be measured of a request, once everything is there that is made only once.
using Stage = std::function<std::function<bool()>(const WebhookRequest&)>;

void RunStage(const Rig& rig, const Stage& stage) {
  // The last one, which is no duplicate any more when its turn comes.
  static_cast<void>(stage(rig.pool().back())());
  for (const WebhookRequest& request : rig.pool()) {
    const std::function<bool()> step = stage(request);
    Measured(step);
  }
}

void Run(const Carrier& carrier, std::string_view name) {
  const Rig rig = carrier.rig(std::min(kRequests, kEvents / carrier.events));
  const AdapterRegistry registry = MakeRegistry();
  const auto gateway = OpenGateway(registry, carrier, rig.pool().size());
  if (name == "verify") {
    RunStage(rig, [&](const WebhookRequest& request) {
      return [&] { return rig.Verify(request).ok(); };
    });
  } else if (name == "normalize") {
    RunStage(rig, [&](const WebhookRequest& request) {
      return [&] { return rig.Normalize(request).ok(); };
    });
  } else if (name == "encode") {
    RunStage(rig, [&](const WebhookRequest& request) -> std::function<bool()> {
      auto result = rig.Normalize(request);
      if (!result.ok()) Stop("a request cannot be normalized");
      std::vector<Event> events;
      for (const InboundEvent& inbound : result->events) events.push_back(*inbound.event);
      return [events = std::move(events)] {
        return std::none_of(events.begin(), events.end(),
                            [](const Event& event) { return ToJson(event).empty(); });
      };
    });
  } else if (name == "pipeline") {
    RunStage(rig, [&](const WebhookRequest& request) -> std::function<bool()> {
      return [&gateway, copy = request]() mutable {
        int status = 0;
        gateway->Handle(std::move(copy),
                        [&](const HttpResponse& answer) { status = answer.status; });
        return status == 200;
      };
    });
  } else {
    Stop("no such stage");
  }
}

}  // namespace
}  // namespace omni::workload

int main(int argc, char** argv) {
  using namespace omni::workload;
  if (argc != 3) Stop("usage: instruction_probe CARRIER STAGE");
  for (const Carrier& carrier : Carriers()) {
    if (carrier.name != argv[1]) continue;
    Run(carrier, argv[2]);
    return 0;
  }
  Stop("no such carrier");
}

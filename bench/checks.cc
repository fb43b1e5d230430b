#include "bench/checks.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "omni/components/memory.h"
#include "omni/support/encoding.h"

namespace omni::bench {
namespace {

using workload::Carrier;

[[noreturn]] void Fail(const Carrier& carrier, std::string_view what) {
  std::fprintf(stderr, "%s: %.*s\n", carrier.name.c_str(), static_cast<int>(what.size()),
               what.data());
  std::exit(1);
}

/// Ids are random, and the clock goes on; a message without a time of its own occurred when it
/// came.
std::string Comparable(std::string json) {
  if (!json.empty() && json.back() == '\n') json.pop_back();
  const auto blank = [&json](std::string_view key, std::size_t length) {
    const std::size_t at = json.find(key);
    if (at != json.npos) json.replace(at + key.size(), length, length, '*');
  };
  blank(R"("id":")", 36);
  blank(R"("receivedAt":")", 24);
  if (json.find(R"("carrier":"twilio")") != json.npos) blank(R"("occurredAt":")", 24);
  return json;
}

bool IsRefusal(int status) { return status == 401 || status == 403; }

}  // namespace

const AdapterRegistry& Registry() {
  static const auto& registry = *new AdapterRegistry(workload::MakeRegistry());
  return registry;
}

std::size_t PoolSize(const Carrier& carrier) { return carrier.events == 1 ? 1024 : 64; }

WebhookRequest Forge(const Carrier& carrier, WebhookRequest request) {
  if (carrier.protocol == "bandwidth") {
    std::string password = workload::BandwidthPassword();
    password.back() = '?';
    request.headers.Set("Authorization",
                        "Basic " + Base64Encode(workload::BandwidthUser() + ":" + password));
  } else {
    request.body.back() = static_cast<char>(request.body.back() ^ 1);
  }
  return request;
}

std::vector<std::string> OmniEvents(const Carrier& carrier, const WebhookRequest& request) {
  const auto queue = std::make_shared<MemoryQueue>();
  const auto gateway = OpenGateway(Registry(), carrier, PoolSize(carrier), queue);
  workload::Send(*gateway, request);
  std::vector<std::string> events;
  for (Envelope& envelope : queue->Drain()) events.push_back(std::move(envelope.body));
  return events;
}

void RequireSameEvents(const Carrier& carrier, std::string_view who, const Events& events) {
  const workload::Rig rig = carrier.rig(8);
  for (const WebhookRequest& request : rig.pool()) {
    const std::vector<std::string> made = events(request);
    const std::vector<std::string> expected = OmniEvents(carrier, request);
    if (expected.size() != carrier.events || made.size() != expected.size()) {
      Fail(carrier, std::string(who) + " makes another number of events than omni");
    }
    for (std::size_t i = 0; i < made.size(); ++i) {
      const std::string event = Comparable(made[i]);
      const std::string wanted = Comparable(expected[i]);
      if (event != wanted) {
        Fail(carrier, std::string(who) + " makes\n" + event + "\nand omni makes\n" + wanted);
      }
    }
    if (!events(Forge(carrier, request)).empty()) {
      Fail(carrier, std::string(who) + " takes a forged request");
    }
  }
}

void RequireNewEachRound(const Carrier& carrier) {
  const auto queue = std::make_shared<MemoryQueue>();
  const auto gateway = OpenGateway(Registry(), carrier, PoolSize(carrier), queue);
  const workload::Rig rig = carrier.rig(PoolSize(carrier));
  for (int round = 0; round < 2; ++round) {
    for (const WebhookRequest& request : rig.pool()) workload::Send(*gateway, request);
    if (queue->Drain().size() != rig.pool().size() * carrier.events) {
      Fail(carrier, "not every request of a round is new");
    }
  }
}

void RequireNothingLeftOfForgeries(const Carrier& carrier) {
  const auto queue = std::make_shared<MemoryQueue>();
  const auto gateway = OpenGateway(Registry(), carrier, PoolSize(carrier), queue);
  const workload::Rig rig = carrier.rig(8);
  for (const WebhookRequest& request : rig.pool()) {
    if (!IsRefusal(workload::Send(*gateway, Forge(carrier, request))) || queue->size() != 0) {
      Fail(carrier, "a forged request is taken");
    }
    if (workload::Send(*gateway, request) != 200 || queue->Drain().size() != carrier.events) {
      Fail(carrier, "a forged request stands in the way of the genuine one");
    }
  }
}

}  // namespace omni::bench

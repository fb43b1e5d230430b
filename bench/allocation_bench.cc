/// \file
/// Heap allocations of a request, carrier by carrier, once everything is there that is made only
/// once. The counters are what this program is for: its times include the counting.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <utility>

#include "omni/codec.h"
#include "workload/alloc_counter.h"
#include "workload/carriers.h"

namespace omni {
namespace {

using workload::AllocCounter;
using workload::Carrier;
using workload::Rig;

constexpr std::size_t kPool = 256;

/// Goes round the pool once before it counts.
template <class Operation>
void Count(benchmark::State& state, const Rig& rig, const Operation& operation) {
  for (const WebhookRequest& request : rig.pool()) operation(request);
  std::size_t next = 0;
  std::size_t count = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < rig.pool().size(); ++i) {
      const auto [allocations, size] = operation(rig.pool()[next++ % rig.pool().size()]);
      count += allocations;
      bytes += size;
    }
  }
  const auto requests = static_cast<double>(next);
  state.counters["allocations"] = static_cast<double>(count) / requests;
  state.counters["bytes"] = static_cast<double>(bytes) / requests;
}

using Counts = std::pair<std::size_t, std::size_t>;

Counts Read(const AllocCounter& counter) { return {counter.count(), counter.bytes()}; }

Rig MakeRig(const Carrier& carrier) { return carrier.rig(carrier.events == 1 ? kPool : 16); }

void Verify(benchmark::State& state, const Carrier& carrier) {
  const Rig rig = MakeRig(carrier);
  Count(state, rig, [&](const WebhookRequest& request) {
    const AllocCounter counter;
    benchmark::DoNotOptimize(rig.Verify(request).ok());
    return Read(counter);
  });
}

void Normalize(benchmark::State& state, const Carrier& carrier) {
  const Rig rig = MakeRig(carrier);
  Count(state, rig, [&](const WebhookRequest& request) {
    const AllocCounter counter;
    benchmark::DoNotOptimize(rig.Normalize(request).ok());
    return Read(counter);
  });
}

void Encode(benchmark::State& state, const Carrier& carrier) {
  const Rig rig = MakeRig(carrier);
  Count(state, rig, [&](const WebhookRequest& request) {
    const auto result = rig.Normalize(request);
    const AllocCounter counter;
    for (const InboundEvent& inbound : result->events) {
      benchmark::DoNotOptimize(ToJson(*inbound.event).data());
    }
    return Read(counter);
  });
}

/// From the bytes of a request to its answer; the request itself is the host's.
void Pipeline(benchmark::State& state, const Carrier& carrier) {
  const Rig rig = MakeRig(carrier);
  const AdapterRegistry registry = workload::MakeRegistry();
  const auto gateway = OpenGateway(registry, carrier, rig.pool().size());
  Count(state, rig, [&](const WebhookRequest& request) {
    WebhookRequest copy = request;
    int status = 0;
    const AllocCounter counter;
    gateway->Handle(std::move(copy), [&](const HttpResponse& answer) { status = answer.status; });
    const Counts counts = Read(counter);
    if (status != 200) state.SkipWithError("a request was refused");
    return counts;
  });
}

void Register() {
  for (const Carrier& carrier : workload::Carriers()) {
    const auto add = [&](const std::string& stage, void (*run)(benchmark::State&, const Carrier&)) {
      benchmark::RegisterBenchmark((stage + "/" + carrier.name).c_str(),
                                   [run, carrier](benchmark::State& state) { run(state, carrier); })
          ->Iterations(4);
    };
    add("verify", Verify);
    add("normalize", Normalize);
    add("encode", Encode);
    add("pipeline", Pipeline);
  }
}

}  // namespace
}  // namespace omni

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  omni::Register();
  benchmark::RunSpecifiedBenchmarks();
}

/// \file
/// The adapters' own cost, carrier by carrier: verify, normalize, encode.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "omni/codec.h"
#include "workload/carriers.h"

namespace omni {
namespace {

using workload::Carrier;
using workload::Rig;

Rig MakeRig(const Carrier& carrier) { return carrier.rig(carrier.events == 1 ? 1024 : 64); }

void Verify(benchmark::State& state, const Carrier& carrier) {
  const Rig rig = MakeRig(carrier);
  std::size_t next = 0;
  for (auto _ : state) {
    auto result = rig.Verify(rig.pool()[next++ % rig.pool().size()]);
    if (!result.ok()) return state.SkipWithError("not verified");
    benchmark::DoNotOptimize(result);
  }
  state.SetItemsProcessed(state.iterations());
}

void Normalize(benchmark::State& state, const Carrier& carrier) {
  const Rig rig = MakeRig(carrier);
  std::size_t next = 0;
  std::int64_t events = 0;
  for (auto _ : state) {
    auto result = rig.Normalize(rig.pool()[next++ % rig.pool().size()]);
    if (!result.ok()) return state.SkipWithError("not normalized");
    events += static_cast<std::int64_t>(result->events.size());
    benchmark::DoNotOptimize(result);
  }
  state.SetItemsProcessed(events);
}

/// All events of a request, as one iteration.
void Encode(benchmark::State& state, const Carrier& carrier) {
  const Rig rig = MakeRig(carrier);
  std::vector<Event> events;
  for (const WebhookRequest& request : rig.pool()) {
    auto result = rig.Normalize(request);
    if (!result.ok()) return state.SkipWithError("not normalized");
    for (InboundEvent& inbound : result->events) events.push_back(*std::move(inbound.event));
  }
  std::size_t next = 0;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < carrier.events; ++i) {
      const std::string json = ToJson(events[next++ % events.size()]);
      bytes += static_cast<std::int64_t>(json.size());
      benchmark::DoNotOptimize(json.data());
    }
  }
  state.SetBytesProcessed(bytes);
}

void Register() {
  for (const Carrier& carrier : workload::Carriers()) {
    const auto add = [&](const std::string& stage, void (*run)(benchmark::State&, const Carrier&)) {
      benchmark::RegisterBenchmark(
          (stage + "/" + carrier.name).c_str(),
          [run, carrier](benchmark::State& state) { run(state, carrier); });
    };
    add("verify", Verify);
    add("normalize", Normalize);
    add("encode", Encode);
  }
}

}  // namespace
}  // namespace omni

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  omni::Register();
  benchmark::RunSpecifiedBenchmarks();
}

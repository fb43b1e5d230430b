/// \file
/// The whole in-memory pipeline of each carrier, from the bytes of a request to its answer, against
/// the floor and against what a user would write; and what a forged request costs. Before anything
/// is timed, all are held to the same events.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/checks.h"
#include "bench/floor/floor.h"
#include "omni/support/signature.h"
#include "workload/carriers.h"
#ifdef OMNI_BENCH_NAIVE
#include "bench/peers/naive.h"
#endif

namespace omni::bench {
namespace {

using workload::Carrier;

/// Takes a request; false when something else became of it than should.
using Pipeline = std::function<bool(const WebhookRequest&)>;

std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

void Measure(benchmark::State& state, const std::vector<WebhookRequest>& pool,
             const Pipeline& pipeline) {
  std::size_t next = 0;
  for (auto _ : state) {
    if (!pipeline(pool[next++ % pool.size()])) return state.SkipWithError("unexpected answer");
  }
  state.SetItemsProcessed(state.iterations());
}

std::vector<WebhookRequest> Pool(const Carrier& carrier) {
  return carrier.rig(PoolSize(carrier)).pool();
}

/// The host's reading of a request from its socket. omni takes a request over, so it is timed with
/// a copy of each, and so is everyone else.
void Receive(const WebhookRequest& request) {
  WebhookRequest copy = request;
  benchmark::DoNotOptimize(copy.body.data());
}

void Omni(benchmark::State& state, const Carrier& carrier) {
  RequireNewEachRound(carrier);
  const auto gateway = OpenGateway(Registry(), carrier, PoolSize(carrier));
  Measure(state, Pool(carrier),
          [&](const WebhookRequest& request) { return workload::Send(*gateway, request) == 200; });
}

void Forged(benchmark::State& state, const Carrier& carrier) {
  RequireNothingLeftOfForgeries(carrier);
  const auto gateway = OpenGateway(Registry(), carrier, PoolSize(carrier));
  std::vector<WebhookRequest> pool = Pool(carrier);
  for (WebhookRequest& request : pool) request = Forge(carrier, std::move(request));
  Measure(state, pool,
          [&](const WebhookRequest& request) { return workload::Send(*gateway, request) != 200; });
}

void FloorPipeline(benchmark::State& state, const Carrier& carrier) {
  const auto floor = Floor::Make(carrier.protocol);
  RequireSameEvents(carrier, "the floor",
                    [&](const WebhookRequest& request) { return Lines(floor->Handle(request)); });
  Measure(state, Pool(carrier), [&](const WebhookRequest& request) {
    Receive(request);
    return !floor->Handle(request).empty();
  });
}

#ifdef OMNI_BENCH_NAIVE
void NaivePipeline(benchmark::State& state, const Carrier& carrier) {
  const auto naive = Naive::Make(carrier.protocol);
  RequireSameEvents(carrier, "the naive one",
                    [&](const WebhookRequest& request) { return naive->Handle(request); });
  Measure(state, Pool(carrier), [&](const WebhookRequest& request) {
    Receive(request);
    return !naive->Handle(request).empty();
  });
}
#endif

void MacOmni(benchmark::State& state) {
  const HmacSha256Key key(workload::WhatsAppSecret(0));
  const std::string message(1024, 'x');
  for (auto _ : state) benchmark::DoNotOptimize(key.Sign(message));
}

void MacFloor(benchmark::State& state) {
  const std::string message(1024, 'x');
  unsigned char digest[32];
  for (auto _ : state) {
    Floor::Mac(message, digest);
    benchmark::DoNotOptimize(digest);
  }
}

void Register() {
  for (const Carrier& carrier : workload::Carriers()) {
    const auto add = [&](const std::string& who, void (*run)(benchmark::State&, const Carrier&)) {
      benchmark::RegisterBenchmark(
          (who + "/" + carrier.name).c_str(),
          [run, carrier](benchmark::State& state) { run(state, carrier); });
    };
    add("omni", Omni);
    add("floor", FloorPipeline);
#ifdef OMNI_BENCH_NAIVE
    add("naive", NaivePipeline);
#endif
    add("forged", Forged);
  }
  benchmark::RegisterBenchmark("mac/omni", MacOmni);
  benchmark::RegisterBenchmark("mac/floor", MacFloor);
}

}  // namespace
}  // namespace omni::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  omni::bench::Register();
  benchmark::RunSpecifiedBenchmarks();
}

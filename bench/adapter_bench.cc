/// \file
/// The adapters' own cost: verify, normalize, encode.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "omni/codec.h"
#include "workload/workload.h"

namespace omni {
namespace {

using workload::Rig;

constexpr std::size_t kPool = 1024;
constexpr std::size_t kBatchPool = 64;
constexpr std::size_t kBatch = 50;

void MeasureVerify(benchmark::State& state, const Rig& rig) {
  std::size_t next = 0;
  for (auto _ : state) {
    auto result = rig.Verify(rig.pool()[next++ % rig.pool().size()]);
    if (!result.ok()) return state.SkipWithError("not verified");
    benchmark::DoNotOptimize(result);
  }
  state.SetItemsProcessed(state.iterations());
}

void MeasureNormalize(benchmark::State& state, const Rig& rig) {
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

void MeasureEncode(benchmark::State& state, const Rig& rig) {
  std::vector<Event> events;
  for (const WebhookRequest& request : rig.pool()) {
    auto result = rig.Normalize(request);
    if (!result.ok()) return state.SkipWithError("not normalized");
    for (InboundEvent& inbound : result->events) events.push_back(*std::move(inbound.event));
  }
  std::size_t next = 0;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    const std::string json = ToJson(events[next++ % events.size()]);
    bytes += static_cast<std::int64_t>(json.size());
    benchmark::DoNotOptimize(json.data());
  }
  state.SetBytesProcessed(bytes);
}

void TwilioSmsVerify(benchmark::State& state) { MeasureVerify(state, Rig::TwilioSms(kPool)); }
void TwilioSmsNormalize(benchmark::State& state) { MeasureNormalize(state, Rig::TwilioSms(kPool)); }
void TwilioSmsEncode(benchmark::State& state) { MeasureEncode(state, Rig::TwilioSms(kPool)); }
void WhatsAppTextVerify(benchmark::State& state) { MeasureVerify(state, Rig::WhatsAppText(kPool)); }
void WhatsAppTextNormalize(benchmark::State& state) {
  MeasureNormalize(state, Rig::WhatsAppText(kPool));
}
void WhatsAppTextEncode(benchmark::State& state) { MeasureEncode(state, Rig::WhatsAppText(kPool)); }
void WhatsAppBatchOf50Verify(benchmark::State& state) {
  MeasureVerify(state, Rig::WhatsAppBatch(kBatchPool, kBatch));
}
void WhatsAppBatchOf50Normalize(benchmark::State& state) {
  MeasureNormalize(state, Rig::WhatsAppBatch(kBatchPool, kBatch));
}

BENCHMARK(TwilioSmsVerify);
BENCHMARK(TwilioSmsNormalize);
BENCHMARK(TwilioSmsEncode);
BENCHMARK(WhatsAppTextVerify);
BENCHMARK(WhatsAppTextNormalize);
BENCHMARK(WhatsAppTextEncode);
BENCHMARK(WhatsAppBatchOf50Verify);
BENCHMARK(WhatsAppBatchOf50Normalize);

}  // namespace
}  // namespace omni

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

void Verify(benchmark::State& state, const Rig& rig) {
  std::size_t next = 0;
  for (auto _ : state) {
    auto result = rig.Verify(rig.pool()[next++ % rig.pool().size()]);
    if (!result.ok()) return state.SkipWithError("not verified");
    benchmark::DoNotOptimize(result);
  }
  state.SetItemsProcessed(state.iterations());
}

void Normalize(benchmark::State& state, const Rig& rig) {
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

void Encode(benchmark::State& state, const Rig& rig) {
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

void BM_TwilioSmsVerify(benchmark::State& state) { Verify(state, Rig::TwilioSms(kPool)); }
void BM_TwilioSmsNormalize(benchmark::State& state) { Normalize(state, Rig::TwilioSms(kPool)); }
void BM_TwilioSmsEncode(benchmark::State& state) { Encode(state, Rig::TwilioSms(kPool)); }
void BM_WhatsAppTextVerify(benchmark::State& state) { Verify(state, Rig::WhatsAppText(kPool)); }
void BM_WhatsAppTextNormalize(benchmark::State& state) {
  Normalize(state, Rig::WhatsAppText(kPool));
}
void BM_WhatsAppTextEncode(benchmark::State& state) { Encode(state, Rig::WhatsAppText(kPool)); }
void BM_WhatsAppBatchOf50Verify(benchmark::State& state) {
  Verify(state, Rig::WhatsAppBatch(kBatchPool, kBatch));
}
void BM_WhatsAppBatchOf50Normalize(benchmark::State& state) {
  Normalize(state, Rig::WhatsAppBatch(kBatchPool, kBatch));
}

BENCHMARK(BM_TwilioSmsVerify);
BENCHMARK(BM_TwilioSmsNormalize);
BENCHMARK(BM_TwilioSmsEncode);
BENCHMARK(BM_WhatsAppTextVerify);
BENCHMARK(BM_WhatsAppTextNormalize);
BENCHMARK(BM_WhatsAppTextEncode);
BENCHMARK(BM_WhatsAppBatchOf50Verify);
BENCHMARK(BM_WhatsAppBatchOf50Normalize);

}  // namespace
}  // namespace omni

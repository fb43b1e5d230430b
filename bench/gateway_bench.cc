/// \file
/// How the cost of a request, from its bytes to the answer, grows with accounts, channels and
/// mappings, with duplicates and with threads. The sink accepts inline and keeps nothing.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "omni/components/memory.h"
#include "omni/components/memory_stores.h"
#include "workload/workload.h"

namespace omni {
namespace {

using workload::MakePool;
using workload::OpenGateway;

constexpr std::size_t kPool = 1024;
/// Enough that each of ten thousand tenants has its turn; as many for few of them, so that both
/// read as much memory.
constexpr std::size_t kTenantsPool = 10'000;
/// As OpenGateway has it: what comes round again is new again.
constexpr std::size_t kRemembered = kPool / 2;

void Receive(benchmark::State& state, const std::vector<std::string>& channels,
             const std::vector<WebhookRequest>& pool, int expected_status,
             std::size_t remembered = kRemembered, std::shared_ptr<MappingStore> mappings = {}) {
  const AdapterRegistry registry = workload::MakeRegistry();
  const auto gateway = OpenGateway(registry, channels, remembered, std::move(mappings));
  std::size_t next = 0;
  int status = 0;
  for (auto _ : state) {
    // The copy is the host's reading of the request from its socket.
    WebhookRequest request = pool[next++ % pool.size()];
    gateway->Handle(std::move(request),
                    [&](const HttpResponse& answer) { status = answer.status; });
    if (status != expected_status) return state.SkipWithError("unexpected answer");
  }
  state.SetItemsProcessed(state.iterations());
}

/// What the loop above costs without omni.
void CopyOfARequest(benchmark::State& state) {
  const auto pool = workload::Rig::WhatsAppText(kPool).pool();
  std::size_t next = 0;
  for (auto _ : state) {
    WebhookRequest request = pool[next++ % pool.size()];
    benchmark::DoNotOptimize(request.body.data());
  }
}
BENCHMARK(CopyOfARequest);

/// Requests for random ones of `accounts` Twilio accounts, each with its own token.
void TwilioSmsPipeline(benchmark::State& state) {
  const auto accounts = static_cast<std::size_t>(state.range(0));
  Receive(state, {workload::TwilioChannel(accounts)},
          MakePool(kTenantsPool,
                   [&](std::size_t i) { return workload::TwilioSms(i, i * 7919 % accounts); }),
          200);
}
BENCHMARK(TwilioSmsPipeline)->Arg(1)->Arg(10)->Arg(1000)->Arg(10'000);

/// Requests for random ones of `channels` WhatsApp channels, each with its own path and secret.
void WhatsAppTextPipeline(benchmark::State& state) {
  const auto channels = static_cast<std::size_t>(state.range(0));
  Receive(state, workload::WhatsAppChannels(channels),
          MakePool(kTenantsPool,
                   [&](std::size_t i) { return workload::WhatsAppText(i, i * 7919 % channels); }),
          200);
}
BENCHMARK(WhatsAppTextPipeline)->Arg(1)->Arg(10)->Arg(1000)->Arg(10'000);

/// Requests of random ones of `accounts` WABAs, all of which have a mapping that is suspended: what
/// remains is the lookup.
void WhatsAppTextMappings(benchmark::State& state) {
  const auto accounts = static_cast<std::size_t>(state.range(0));
  auto mappings = MakeMemoryMappingStore({});
  for (std::size_t i = 0; i < accounts; ++i) {
    const auto changed = mappings->Change({.tenant = "default", .carrier = "whatsapp"},
                                          {.account = workload::WhatsAppAccount(i),
                                           .target_url = "https://staging.example.com/",
                                           .enabled = false},
                                          absl::UnixEpoch());
    if (!changed.ok()) return state.SkipWithError("no mapping");
  }
  Receive(state, workload::WhatsAppChannels(1),
          MakePool(kTenantsPool,
                   [&](std::size_t i) { return workload::WhatsAppTextOf(i, i * 7919 % accounts); }),
          200, kRemembered, std::move(mappings));
}
BENCHMARK(WhatsAppTextMappings)->Arg(10)->Arg(1000)->Arg(10'000);

/// A webhook that was delivered before: verified and normalized, then skipped.
void WhatsAppTextDuplicate(benchmark::State& state) {
  Receive(state, workload::WhatsAppChannels(1),
          MakePool(kPool, [](std::size_t i) { return workload::WhatsAppText(i, 0); }), 200,
          /*remembered=*/1'000'000'000);
}
BENCHMARK(WhatsAppTextDuplicate);

/// A gateway whose idempotency store is as large as in production, and forgets after a millisecond:
/// a pool takes longer, so that its requests are new each time. A store of few keys has one lock.
std::unique_ptr<Gateway> OpenLargeGateway(std::shared_ptr<QueueSink> sink) {
  static const auto& registry = *new AdapterRegistry(workload::MakeRegistry());
  Gateway::Builder builder;
  builder
      .SetOptions({.public_url = std::string(workload::kPublicUrl),
                   .idempotency_keep = absl::Milliseconds(1)})
      .SetSink(std::move(sink))
      .SetIdempotencyStore(MakeMemoryIdempotencyStore({}));
  for (const std::string& channel : workload::WhatsAppChannels(1)) builder.AddChannelJson(channel);
  return *std::move(builder).Build(registry);
}

bool IsNewEachRound(const std::vector<WebhookRequest>& pool) {
  const auto queue = std::make_shared<MemoryQueue>();
  const auto gateway = OpenLargeGateway(queue);
  for (std::size_t i = 0; i < 2 * pool.size(); ++i) {
    gateway->Handle(pool[i % pool.size()], [](const HttpResponse&) {});
  }
  return queue->Drain().size() == 2 * pool.size();
}

/// Several threads on one gateway. Each has requests of its own.
void WhatsAppTextThreads(benchmark::State& state) {
  static Gateway* gateway = nullptr;
  if (state.thread_index() == 0) {
    gateway = OpenLargeGateway(std::make_shared<workload::DiscardSink>()).release();
  }
  const auto pool = MakePool(kPool, [&](std::size_t i) {
    return workload::WhatsAppText(i + kPool * static_cast<std::size_t>(state.thread_index()), 0);
  });
  if (!IsNewEachRound(pool))
    return state.SkipWithError("a request that comes again is a duplicate");
  std::size_t next = 0;
  for (auto _ : state) {
    WebhookRequest request = pool[next++ % kPool];
    gateway->Handle(std::move(request), [](const HttpResponse&) {});
  }
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) delete std::exchange(gateway, nullptr);
}
BENCHMARK(WhatsAppTextThreads)->Threads(1)->Threads(2)->UseRealTime();

void RegistryFind(benchmark::State& state) {
  const AdapterRegistry registry = workload::MakeRegistry();
  for (auto _ : state) {
    benchmark::DoNotOptimize(registry.Find("whatsapp"));
  }
}
BENCHMARK(RegistryFind);

}  // namespace
}  // namespace omni

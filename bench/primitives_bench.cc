/// \file
/// What the adapters are built from: message authentication, JSON, forms, base64.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "omni/json.h"
#include "omni/key_ring.h"
#include "omni/support/encoding.h"
#include "omni/support/form.h"
#include "omni/support/signature.h"
#include "workload/workload.h"

namespace omni {
namespace {

constexpr std::size_t kPool = 1024;

std::vector<std::string> Bodies(const std::vector<WebhookRequest>& pool) {
  std::vector<std::string> bodies;
  bodies.reserve(pool.size());
  for (const WebhookRequest& request : pool) bodies.push_back(request.body);
  return bodies;
}

/// As the adapters do it: the key's state was prepared once.
template <class PreparedKey>
void HmacPrepared(benchmark::State& state) {
  const Key key("authToken[0]", Secret(workload::TwilioToken(0)));
  const std::string message(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) {
    benchmark::DoNotOptimize(key.Prepared<PreparedKey>().Sign(message));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(HmacPrepared<HmacSha1Key>)->Arg(512)->Arg(1024)->Arg(2048)->Arg(8192);
BENCHMARK(HmacPrepared<HmacSha256Key>)->Arg(512)->Arg(1024)->Arg(2048)->Arg(8192);

/// What preparing saves: here the key is made anew for every message.
void HmacSha256Unprepared(benchmark::State& state) {
  const std::string secret = workload::TwilioToken(0);
  const std::string message(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) {
    benchmark::DoNotOptimize(HmacSha256Key(secret).Sign(message));
  }
}
BENCHMARK(HmacSha256Unprepared)->Arg(1024);

void MeasureParse(benchmark::State& state, const std::vector<std::string>& bodies) {
  std::size_t next = 0;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    const std::string& body = bodies[next++ % bodies.size()];
    auto document = JsonDocument::Parse(body);
    if (!document.ok()) return state.SkipWithError("not JSON");
    benchmark::DoNotOptimize(document->root());
    bytes += static_cast<std::int64_t>(body.size());
  }
  state.SetBytesProcessed(bytes);
}

void ParseJsonText(benchmark::State& state) {
  MeasureParse(state, Bodies(workload::Rig::WhatsAppText(kPool).pool()));
}
BENCHMARK(ParseJsonText);

void ParseJsonBatchOf50(benchmark::State& state) {
  MeasureParse(state, Bodies(workload::Rig::WhatsAppBatch(64, 50).pool()));
}
BENCHMARK(ParseJsonBatchOf50);

void ParseFormOf20(benchmark::State& state) {
  const auto bodies = Bodies(workload::Rig::TwilioSms(kPool).pool());
  std::size_t next = 0;
  for (auto _ : state) {
    auto form = Form::Parse(bodies[next++ % bodies.size()]);
    if (!form.ok()) return state.SkipWithError("not a form");
    benchmark::DoNotOptimize(form->fields().data());
  }
}
BENCHMARK(ParseFormOf20);

void Base64OfADigest(benchmark::State& state) {
  const Sha1Digest digest = HmacSha1Key("secret").Sign("message");
  for (auto _ : state) {
    benchmark::DoNotOptimize(Base64Encode(AsView(digest)));
  }
}
BENCHMARK(Base64OfADigest);

}  // namespace
}  // namespace omni

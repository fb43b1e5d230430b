/// \file
/// The idempotency store in memory, full of live keys: what a new key costs and what finding one,
/// what it takes, and whether memory stays as it is while keys expire and others come.
///
/// OMNI_BENCH_KEYS: how many are live at the most; the curve has ten million. As a rule fewer, so
/// that the smoke test is quick.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>

#include "bench/resident.h"
#include "omni/components/memory.h"

namespace omni {
namespace {

constexpr absl::Duration kKeep = absl::Hours(24);
constexpr std::int64_t kBlock = 1024;

double CpuSeconds() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// New keys at a steady rate, each kept until so many others have come.
///
/// Thread safety: confined.
class Stream {
 public:
  explicit Stream(std::int64_t live)
      : live_(live),
        step_(kKeep / live),
        store_(MakeMemoryIdempotencyStore(
            {.max_keys = static_cast<std::size_t>(live) + static_cast<std::size_t>(live) / 16})) {}

  /// Claims and completes a block of new keys, one by one; the seconds that it took.
  double AddBlock() {
    for (std::string& key : keys_) key = KeyOf(next_++);
    const double before = CpuSeconds();
    for (const std::string& key : keys_) Add(key);
    return CpuSeconds() - before;
  }
  /// The same; the seconds that the longest call took.
  double AddBlockForWorst() {
    double worst = 0;
    for (std::string& key : keys_) {
      key = KeyOf(next_++);
      const double before = CpuSeconds();
      Add(key);
      worst = std::max(worst, CpuSeconds() - before);
    }
    return worst;
  }
  /// How long it takes to find that a block of keys is done, the oldest excepted.
  double FindBlock() {
    std::uniform_int_distribution<std::int64_t> age(1, live_ - kBlock);
    for (std::string& key : keys_) key = KeyOf(next_ - age(random_));
    const double before = CpuSeconds();
    for (const std::string& key : keys_) {
      if (Claimed(key).state != ClaimState::kDone) std::abort();
    }
    return CpuSeconds() - before;
  }

 private:
  static std::string KeyOf(std::int64_t number) {
    return "whatsapp:default:message:wamid.HBgLMTU1NTk4NzY1NDMVAgASGBQzQQ" +
           std::to_string(1'000'000'000 + number);
  }
  Claim Claimed(std::string_view key) {
    Claim claim;
    if (!store_->Begin({.keys = {&key, 1}, .now = now_}, {&claim, 1}).ok()) std::abort();
    return claim;
  }
  void Add(std::string_view key) {
    now_ += step_;
    const Claim claim = Claimed(key);
    if (claim.state != ClaimState::kNew) std::abort();
    const IdempotencyStore::Held held = {.key = key, .token = claim.token};
    if (!store_->Complete({.claims = {&held, 1}, .now = now_, .keep = kKeep}).ok()) std::abort();
  }

  const std::int64_t live_;
  const absl::Duration step_;
  const std::shared_ptr<IdempotencyStore> store_;
  absl::Time now_ = absl::FromUnixSeconds(1'770'000'000);
  std::int64_t next_ = 0;
  std::array<std::string, kBlock> keys_;
  std::mt19937_64 random_;
};

/// Claim and completion together.
void NewKey(benchmark::State& state) {
  const std::int64_t live = state.range(0);
  const double before = ResidentBytes();
  Stream stream(live);
  double worst_filling = 0;
  for (std::int64_t i = 0; i < live; i += kBlock) {
    worst_filling = std::max(worst_filling, stream.AddBlockForWorst());
  }
  const double full = ResidentBytes();
  double seconds = 0;
  double finding = 0;
  double worst = 0;
  double most = full;
  double added = 0;
  for (auto _ : state) {
    for (int expiries = 0; expiries < 5; ++expiries) {
      for (std::int64_t i = 0; i < live; i += kBlock) {
        if (expiries < 4) {
          seconds += stream.AddBlock();
          finding += stream.FindBlock();
          added += kBlock;
        } else {
          worst = std::max(worst, stream.AddBlockForWorst());
        }
        most = std::max(most, ResidentBytes());
      }
    }
  }
  state.counters["new_ns"] = seconds / added * 1e9;
  state.counters["found_ns"] = finding / added * 1e9;
  state.counters["worst_us"] = worst * 1e6;
  state.counters["worst_filling_us"] = worst_filling * 1e6;
  state.counters["bytes_per_key"] = (full - before) / static_cast<double>(live);
  state.counters["growth"] = most / full;
}

void Curve(benchmark::internal::Benchmark* bench) {
  const char* const given = std::getenv("OMNI_BENCH_KEYS");
  const std::int64_t most = given == nullptr ? 10'000 : std::atoll(given);
  for (std::int64_t keys = 10'000; keys <= most; keys *= 10) bench->Arg(keys);
}
BENCHMARK(NewKey)->Apply(Curve)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace omni

/// \file
/// What an event costs where conversations are many: in the durable queue, which keeps the order of
/// each, and in the histories. All conversations are there before anything is timed.
///
/// OMNI_BENCH_CONVERSATIONS: how many at the most; the curve has a million. As a rule fewer, so
/// that the smoke test is quick. OMNI_BENCH_DIR: where the files go; the default is the current
/// folder.

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <semaphore>
#include <string>
#include <utility>
#include <vector>

#include "bench/resident.h"
#include "omni/components/memory_stores.h"
#include "omni/components/sqlite.h"
#include "omni/event.h"

namespace omni {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kTimed = 10'000;  ///< events
constexpr std::int64_t kAtOnce = 1000;   ///< of them are under way
constexpr std::size_t kInCall = 100;     ///< events of one call of a history or of a worker
const std::string kQueue = "acme:livechat:inbound";

/// Nanoseconds an event, once what was written before is on the disk.
template <class Work>
double Time(std::int64_t events, const Work& work) {
  sync();
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double, std::nano>(Clock::now() - begin).count() /
         static_cast<double>(events);
}

/// A store in a folder that goes with it.
class Store {
 public:
  explicit Store(std::size_t conversations) {
    const char* const parent = std::getenv("OMNI_BENCH_DIR");
    folder_ = std::string(parent == nullptr ? "." : parent) + "/omni_bench_XXXXXX";
    if (mkdtemp(folder_.data()) == nullptr) std::abort();
    auto store = OpenSqlite({.path = folder_ + "/store.db", .max_conversations = conversations});
    if (!store.ok()) std::abort();
    store_ = *std::move(store);
  }
  ~Store() {
    store_ = {};
    std::filesystem::remove_all(folder_);
  }
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  [[nodiscard]] const SqliteStore* operator->() const { return &store_; }

 private:
  std::string folder_;
  SqliteStore store_;
};

std::string NameOf(std::int64_t conversation) {
  return "livechat:acme:chat-" + std::to_string(1'000'000'000 + conversation);
}

/// As a conversation's next event: no two are alike.
class Events {
 public:
  Envelope MakeEnvelope(std::int64_t conversation) {
    return {.queue = kQueue,
            .group = NameOf(conversation),
            .dedupe_key = "livechat:acme:message:" + std::to_string(++number_),
            .event_id = "01890000-0000-7000-8000-" + std::to_string(number_),
            .body = std::string(900, 'x'),
            .headers = {}};
  }
  Event MakeEvent(std::int64_t conversation) {
    Event event;
    event.id = "01890000-0000-7000-8000-" + std::to_string(++number_);
    event.kind = EventKind::kMessage;
    event.carrier = event.channel = "livechat";
    event.tenant = "acme";
    event.conversation = NameOf(conversation);
    event.carrier_message_id = std::to_string(number_);
    event.occurred_at = absl::FromUnixSeconds(1'770'000'000 + number_);
    event.dedupe_key = "livechat:acme:message:" + std::to_string(number_);
    event.message = Message{.type = MessageType::kText, .text = "Where is my parcel, please?"};
    return event;
  }

 private:
  std::int64_t number_ = 0;
};

/// Enqueues `count` envelopes, each a call of its own, and waits until they are durable.
template <class Next>
void Enqueue(QueueSink& sink, std::int64_t count, const Next& next) {
  std::counting_semaphore<> accepted(0);
  for (std::int64_t begin = 0; begin < count; begin += kAtOnce) {
    const std::int64_t end = std::min(begin + kAtOnce, count);
    for (std::int64_t i = begin; i < end; ++i) {
      QueueSink::EnqueueParams params;
      params.envelopes.push_back(next(i));
      sink.Enqueue(std::move(params), [&accepted](const Settlement& settlement) {
        if (!settlement.outcomes.at(0).ok()) std::abort();
        accepted.release();
      });
    }
    for (std::int64_t i = begin; i < end; ++i) accepted.acquire();
  }
}

void TakeOut(QueueSource& source, std::int64_t count) {
  std::vector<std::string> receipts;
  for (std::int64_t taken = 0; taken < count; taken += std::int64_t{kInCall}) {
    const auto deliveries = source.Lease({.queue = kQueue, .limit = kInCall});
    if (!deliveries.ok() || deliveries->size() != kInCall) std::abort();
    receipts.clear();
    for (const Delivery& delivery : *deliveries) receipts.push_back(delivery.receipt);
    if (!source.Ack({.receipts = receipts}).ok()) std::abort();
  }
}

template <class Next>
void Append(ConversationStore& history, std::int64_t count, const Next& next) {
  std::vector<Event> events;
  for (std::int64_t i = 0; i < count; ++i) {
    events.push_back(next(i));
    if (events.size() < kInCall && i + 1 < count) continue;
    if (!history.Append({.events = events}).ok()) std::abort();
    events.clear();
  }
}

/// Events for random ones of `conversations`, made ahead.
template <class Make>
auto MakeRandom(std::int64_t conversations, const Make& make) {
  std::mt19937_64 random;
  std::uniform_int_distribution<std::int64_t> any(0, conversations - 1);
  std::vector<decltype(make(0))> made;
  for (std::int64_t i = 0; i < kTimed; ++i) made.push_back(make(any(random)));
  return made;
}

/// Each conversation has an event that waits.
void DurableQueue(benchmark::State& state) {
  const std::int64_t conversations = state.range(0);
  for (auto _ : state) {
    const Store store(static_cast<std::size_t>(conversations));
    Events events;
    const double before = ResidentBytes();
    Enqueue(*store->sink, conversations, [&](std::int64_t i) { return events.MakeEnvelope(i); });
    state.counters["bytes"] = (ResidentBytes() - before) / static_cast<double>(conversations);
    auto more = MakeRandom(conversations, [&](std::int64_t i) { return events.MakeEnvelope(i); });
    state.counters["in_ns"] = Time(kTimed, [&] {
      Enqueue(*store->sink, kTimed,
              [&](std::int64_t i) { return std::move(more[static_cast<std::size_t>(i)]); });
    });
    state.counters["out_ns"] = Time(kTimed, [&] { TakeOut(*store->source, kTimed); });
  }
}

/// `history`: with room for all.
void MeasureHistory(benchmark::State& state, ConversationStore& history) {
  const std::int64_t conversations = state.range(0);
  Events events;
  const double before = ResidentBytes();
  Append(history, conversations, [&](std::int64_t i) { return events.MakeEvent(i); });
  state.counters["bytes"] = (ResidentBytes() - before) / static_cast<double>(conversations);
  const auto more = MakeRandom(conversations, [&](std::int64_t i) { return events.MakeEvent(i); });
  state.counters["in_ns"] = Time(kTimed, [&] {
    Append(history, kTimed, [&](std::int64_t i) { return more[static_cast<std::size_t>(i)]; });
  });
  state.counters["out_ns"] = Time(kTimed, [&] {
    for (const Event& event : more) {
      const auto page =
          history.Read({.tenant = event.tenant, .conversation = event.conversation, .limit = 20});
      if (!page.ok() || page->messages.empty()) std::abort();
    }
  });
}

void HistoryInMemory(benchmark::State& state) {
  for (auto _ : state) {
    const auto history = MakeMemoryConversationStore(
        {.max_conversations = static_cast<std::size_t>(state.range(0))});
    MeasureHistory(state, *history);
  }
}

void HistoryOnSqlite(benchmark::State& state) {
  for (auto _ : state) {
    const Store store(static_cast<std::size_t>(state.range(0)));
    MeasureHistory(state, *store->conversations);
  }
}

void Curve(benchmark::internal::Benchmark* bench) {
  const char* const given = std::getenv("OMNI_BENCH_CONVERSATIONS");
  const std::int64_t most = given == nullptr ? kTimed : std::atoll(given);
  for (std::int64_t count = kTimed; count <= most; count *= 10) bench->Arg(count);
}
BENCHMARK(DurableQueue)->Apply(Curve)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(HistoryInMemory)->Apply(Curve)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(HistoryOnSqlite)->Apply(Curve)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace omni

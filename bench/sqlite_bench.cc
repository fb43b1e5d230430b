// The durable queue against SQLite itself: the same bytes, in the same run, on the same disk.
//
// OMNI_BENCH_DIR: where the files go; a folder on the disk that is to be measured. The default is
// the current one. OMNI_BENCH_BYTES: how large the large file is, 1 GiB as a rule; 64 MiB when it
// is not given, so that the smoke test is quick. Of the large file, take four seconds
// (--benchmark_min_time=4): single rounds differ by a quarter.
#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "omni/components/sqlite.h"

namespace omni::inline v0_1 {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kProducers = 64;
constexpr int kEach = 50;  ///< envelopes of each producer in a round
constexpr std::size_t kBody = 900;

/// A folder that goes with it.
class Folder {
 public:
  Folder() {
    const char* parent = std::getenv("OMNI_BENCH_DIR");
    std::string path = std::string(parent == nullptr ? "." : parent) + "/omni_bench_XXXXXX";
    path_ = mkdtemp(path.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// The number as a text that does not sort by it, as ids of carriers do not.
std::string Scramble(std::uint64_t number) {
  number ^= number >> 33;
  number *= 0xff51afd7ed558ccdULL;
  number ^= number >> 33;
  return std::to_string(number);
}

Envelope MakeEnvelope(std::uint64_t number) {
  return {.queue = "acme:sms:inbound",
          .group = "twilio:+15550001111:+1555" + std::to_string(1'000'000 + number % 10'000),
          .dedupe_key = "acme/twilio/AC0123456789abcdef/SM" + Scramble(number),
          .event_id = "01890000-0000-7000-8000-" + std::to_string(number),
          .body = std::string(kBody, 'x'),
          .headers = {}};
}

double Seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

/// SQLite without us: a row for each envelope, a commit for each 64, by one thread.
///
/// Thread safety: confined.
class RawInserts {
 public:
  /// `unique`: with an index that deduplicates, as a plain table would have.
  RawInserts(const std::string& path, bool unique) {
    sqlite3_open(path.c_str(), &database_);
    Execute(
        "PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;"
        "PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000");
    Execute(
        "CREATE TABLE raw(seq INTEGER PRIMARY KEY, queue BLOB, grp BLOB, key BLOB, id BLOB, "
        "body BLOB)");
    if (unique) Execute("CREATE UNIQUE INDEX raw_key ON raw(key)");
    sqlite3_prepare_v2(database_, "INSERT INTO raw(queue, grp, key, id, body) VALUES(?,?,?,?,?)",
                       -1, &insert_, nullptr);
  }
  ~RawInserts() {
    sqlite3_finalize(insert_);
    sqlite3_close(database_);
  }
  RawInserts(const RawInserts&) = delete;
  RawInserts& operator=(const RawInserts&) = delete;

  double Run(const Envelopes& envelopes) {
    const auto begin = Clock::now();
    int in_batch = 0;
    for (const Envelope& envelope : envelopes) {
      if (in_batch == 0) Execute("BEGIN IMMEDIATE");
      int column = 0;
      for (const std::string* text : {&envelope.queue, &envelope.group, &envelope.dedupe_key,
                                      &envelope.event_id, &envelope.body}) {
        sqlite3_bind_blob64(insert_, ++column, text->data(), text->size(), SQLITE_STATIC);
      }
      if (sqlite3_step(insert_) != SQLITE_DONE) std::abort();
      sqlite3_reset(insert_);
      if (++in_batch == kProducers) {
        Execute("COMMIT");
        in_batch = 0;
      }
    }
    if (in_batch > 0) Execute("COMMIT");
    return Seconds(Clock::now() - begin);
  }

 private:
  void Execute(const char* sql) {
    if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) std::abort();
  }
  sqlite3* database_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

/// As the connections of a host: so many envelopes are under way, and an answer brings the next of
/// its connection. No thread waits.
///
/// Thread safety: the next envelope of each connection is touched by one answer at a time.
class Connections {
 public:
  Connections(QueueSink& sink, Envelopes envelopes)
      : sink_(sink), envelopes_(std::move(envelopes)), each_(envelopes_.size() / kProducers) {}

  double Run() {
    const auto begin = Clock::now();
    for (std::size_t producer = 0; producer < kProducers; ++producer) {
      Send(producer * each_, (producer + 1) * each_);
    }
    for (int producer = 0; producer < kProducers; ++producer) done_.acquire();
    return Seconds(Clock::now() - begin);
  }

 private:
  void Send(std::size_t next, std::size_t end) {
    if (next == end) return done_.release();
    QueueSink::EnqueueParams params;
    params.envelopes.push_back(std::move(envelopes_[next]));
    sink_.Enqueue(std::move(params), [this, next, end](const Settlement& settlement) {
      if (!settlement.outcomes.at(0).ok()) std::abort();
      Send(next + 1, end);
    });
  }

  QueueSink& sink_;
  Envelopes envelopes_;
  const std::size_t each_;
  std::counting_semaphore<> done_{0};
};

/// Producers that each are a thread, and wait for the answer before they go on.
double RunProducers(QueueSink& sink, Envelopes envelopes) {
  const auto begin = Clock::now();
  std::vector<std::thread> producers;
  const std::size_t each = envelopes.size() / kProducers;
  for (std::size_t producer = 0; producer < kProducers; ++producer) {
    producers.emplace_back([&, producer] {
      std::binary_semaphore answered(0);
      for (std::size_t i = producer * each; i < (producer + 1) * each; ++i) {
        QueueSink::EnqueueParams params;
        params.envelopes.push_back(std::move(envelopes[i]));
        sink.Enqueue(std::move(params), [&answered](const Settlement& settlement) {
          if (!settlement.outcomes.at(0).ok()) std::abort();
          answered.release();
        });
        answered.acquire();
      }
    });
  }
  for (std::thread& producer : producers) producer.join();
  return Seconds(Clock::now() - begin);
}

Envelopes MakeRound(std::uint64_t& number) {
  Envelopes envelopes;
  for (int i = 0; i < kProducers * kEach; ++i) envelopes.push_back(MakeEnvelope(++number));
  return envelopes;
}

SqliteStore OpenOrDie(const std::string& path) {
  auto store = OpenSqlite({.path = path});
  if (!store.ok()) std::abort();
  return *std::move(store);
}

/// Rounds of raw inserts and of enqueues in turn, so that both have the same disk.
void DurableEnqueueOf64(benchmark::State& state, bool as_threads) {
  const Folder folder;
  RawInserts raw(folder.File("raw.db"), state.range(0) != 0);
  const SqliteStore store = OpenOrDie(folder.File("queue.db"));
  std::uint64_t number = 0;
  double raw_seconds = 0;
  double our_seconds = 0;
  for (auto _ : state) {
    Envelopes envelopes = MakeRound(number);
    raw_seconds += raw.Run(envelopes);
    const double seconds = as_threads ? RunProducers(*store.sink, std::move(envelopes))
                                      : Connections(*store.sink, std::move(envelopes)).Run();
    our_seconds += seconds;
    state.SetIterationTime(seconds);
  }
  const auto count = static_cast<double>(number);
  state.counters["raw_per_second"] = count / raw_seconds;
  state.counters["enqueued_per_second"] = count / our_seconds;
  state.counters["ratio"] = raw_seconds / our_seconds;
}
void DurableEnqueueOf64Connections(benchmark::State& state) { DurableEnqueueOf64(state, false); }
void DurableEnqueueOf64Threads(benchmark::State& state) { DurableEnqueueOf64(state, true); }
BENCHMARK(DurableEnqueueOf64Connections)
    ->ArgName("unique_index")
    ->Arg(0)
    ->Arg(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(DurableEnqueueOf64Threads)
    ->ArgName("unique_index")
    ->Arg(0)
    ->Arg(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

/// A lone producer: what one commit costs.
void DurableEnqueueAlone(benchmark::State& state) {
  const Folder folder;
  const SqliteStore store = OpenOrDie(folder.File("queue.db"));
  std::uint64_t number = 0;
  std::binary_semaphore answered(0);
  for (auto _ : state) {
    QueueSink::EnqueueParams params;
    params.envelopes.push_back(MakeEnvelope(++number));
    store.sink->Enqueue(std::move(params), [&](const Settlement&) { answered.release(); });
    answered.acquire();
  }
}
BENCHMARK(DurableEnqueueAlone)->UseRealTime()->Unit(benchmark::kMicrosecond);

/// Enqueues, and leases with acknowledgements, by hundreds.
double RunLeases(QueueSource& source, int count) {
  const auto begin = Clock::now();
  for (int taken = 0; taken < count;) {
    const auto deliveries = source.Lease({.queue = "acme:sms:inbound", .limit = 100});
    if (!deliveries.ok() || deliveries->empty()) std::abort();
    std::vector<std::string> receipts;
    for (const Delivery& delivery : *deliveries) receipts.push_back(delivery.receipt);
    taken += static_cast<int>(receipts.size());
    if (!source.Ack({.receipts = receipts}).ok()) std::abort();
  }
  return Seconds(Clock::now() - begin);
}

/// What enqueue and lease cost in a large file, over what they cost in an empty one.
void LargeFile(benchmark::State& state) {
  const char* bytes = std::getenv("OMNI_BENCH_BYTES");
  const std::uint64_t size = bytes == nullptr ? 64ULL << 20 : std::strtoull(bytes, nullptr, 10);
  const Folder folder;
  const SqliteStore small = OpenOrDie(folder.File("small.db"));
  const SqliteStore large = OpenOrDie(folder.File("large.db"));
  std::uint64_t number = 0;
  while (number * (kBody + 200) < size) RunProducers(*large.sink, MakeRound(number));
  double seconds[2][2] = {};
  for (auto _ : state) {
    int index = 0;
    for (const SqliteStore* store : {&small, &large}) {
      seconds[index][0] += RunProducers(*store->sink, MakeRound(number));
      seconds[index][1] += RunLeases(*store->source, kProducers * kEach / 2);
      ++index;
    }
  }
  state.counters["file_bytes"] =
      static_cast<double>(std::filesystem::file_size(folder.File("large.db")));
  state.counters["enqueue_cost_ratio"] = seconds[1][0] / seconds[0][0];
  state.counters["lease_cost_ratio"] = seconds[1][1] / seconds[0][1];
}
BENCHMARK(LargeFile)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace omni::inline v0_1

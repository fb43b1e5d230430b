/// \file
/// A worker: takes events from a queue, answers each on the console, acknowledges.
///
///   worker ENGINE QUEUE [--once]      worker sqlite:var/omni.db acme:sms:inbound
///
/// The same loop serves every engine. A SQLite file has one owner: a worker of that kind lives in
/// the process that receives, or takes its place; RabbitMQ and SQS are for workers elsewhere.

#include <algorithm>
#include <csignal>
#include <deque>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine.h"
#include "omni/codec.h"
#include "omni/event.h"

namespace {

volatile std::sig_atomic_t stopping = 0;

/// The last keys that were worked off. A queue delivers at least once; what must not happen twice
/// is asked here. A worker that must remember over restarts keeps them where it keeps its results.
class RecentKeys {
 public:
  [[nodiscard]] bool Contains(const std::string& key) const {
    return std::find(keys_.begin(), keys_.end(), key) != keys_.end();
  }
  void Add(std::string key) {
    keys_.push_back(std::move(key));
    if (keys_.size() > kMost) keys_.pop_front();
  }

 private:
  static constexpr std::size_t kMost = 1'000;
  std::deque<std::string> keys_;
};

/// The work: a line on the console for a message.
absl::Status Answer(const omni::Envelope& envelope) {
  const absl::StatusOr<omni::Event> event = omni::EventFromJson(envelope.body);
  if (!event.ok()) return event.status();
  if (!event->message || !event->from) return absl::OkStatus();
  const std::string& name = event->from->name;
  std::cout << (name.empty() ? "somebody" : name) << " on " << event->channel << ": "
            << event->message->text << "\n  -> ";
  switch (event->message->keyword.value_or(omni::Keyword::kUnknown)) {
    case omni::Keyword::kStop:
      std::cout << "You will hear no more of us.";
      break;
    case omni::Keyword::kHelp:
      std::cout << "Write STOP to hear no more of us.";
      break;
    default:
      std::cout << "Thank you, we are on it.";
  }
  std::cout << std::endl;
  return absl::OkStatus();
}

/// One turn. Returns how many were leased.
absl::StatusOr<std::size_t> Work(omni::QueueSource& source, const std::string& queue,
                                 RecentKeys& recent) {
  auto deliveries = source.Lease(
      {.queue = queue, .limit = 16, .visibility = absl::Minutes(1), .wait = absl::Seconds(2)});
  if (!deliveries.ok()) return deliveries.status();
  std::vector<std::string> done;
  for (omni::Delivery& delivery : *deliveries) {
    const std::string& key = delivery.envelope.dedupe_key;
    const absl::Status status = recent.Contains(key) ? absl::OkStatus() : Answer(delivery.envelope);
    if (status.ok()) {
      recent.Add(key);
      done.push_back(std::move(delivery.receipt));
      continue;
    }
    std::cerr << "attempt " << delivery.attempt << " failed: " << status << '\n';
    // Later and later; after the last attempt it is a dead letter, with this reason.
    const absl::Status given_back =
        source.Nack({.receipt = std::move(delivery.receipt),
                     .delay = absl::Seconds(1 << std::min(delivery.attempt, 8)),
                     .reason = std::string(status.message())});
    if (!given_back.ok() && !absl::IsNotFound(given_back)) return given_back;
  }
  if (const absl::Status status = source.Ack({.receipts = done}); !status.ok()) return status;
  return deliveries->size();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: worker ENGINE QUEUE [--once]\n";
    return 2;
  }
  const bool once = argc > 3 && std::string_view(argv[3]) == "--once";
  const auto engine = OpenEngine(argv[1]);
  if (!engine.ok()) {
    std::cerr << engine.status() << '\n';
    return 1;
  }
  std::signal(SIGINT, [](int) { stopping = 1; });
  std::signal(SIGTERM, [](int) { stopping = 1; });

  RecentKeys recent;
  while (stopping == 0) {
    const auto leased = Work(*engine->source, argv[2], recent);
    // Unavailable: the engine is away, and its component reconnects by itself.
    if (!leased.ok() && !absl::IsUnavailable(leased.status())) {
      std::cerr << leased.status() << '\n';
      return 1;
    }
    if (once && leased.ok() && *leased == 0) break;
  }
  return 0;
}

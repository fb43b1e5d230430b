#include "commands/events.h"

#include <chrono>
#include <iostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/text.h"
#include "commands/arguments.h"
#include "commands/command.h"
#include "commands/config_argument.h"
#include "commands/event_line.h"

namespace host {
namespace {

/// Between two looks at a queue in which there was nothing new.
constexpr auto kPause = std::chrono::milliseconds(200);
constexpr std::size_t kBatch = 200;

struct EventsOptions {
  std::string queue = {};  ///< empty: all but the dead letters
  bool follow = false;
  bool json = false;
};

/// Whether it could be written: what could not must not be acknowledged.
bool Print(const omni::Envelope& envelope, bool json) {
  std::cout << (json ? envelope.body : EventLine(envelope)) << '\n';
  return std::cout.good();
}

int Fail(const absl::Status& status) {
  std::cerr << "omni: " << MessageOf(status) << '\n';
  return kFailure;
}

/// Shows without taking.
int Look(const HostConfig& config, const EventsOptions& options) {
  std::shared_ptr<omni::QueueBrowser> browser;
  omni::QueueBrowser::BrowseParams params{.queue = options.queue, .limit = kBatch};
  while (true) {
    if (browser == nullptr) {
      auto opened = config.queue->OpenBrowser();
      if (opened.ok()) {
        browser = *std::move(opened);
      } else if (!absl::IsNotFound(opened.status())) {
        return Fail(opened.status());
      } else if (!options.follow) {
        std::cerr << "omni: there is no queue yet; omni serve makes it\n";
        return kSuccess;
      }
    }
    std::size_t shown = 0;
    if (browser != nullptr) {
      const auto envelopes = browser->Browse(params);
      if (!envelopes.ok()) return Fail(envelopes.status());
      for (const omni::QueuedEnvelope& each : *envelopes) {
        if (!Print(each.envelope, options.json)) return kFailure;
        params.after = each.position;
      }
      shown = envelopes->size();
      std::cout.flush();
    }
    if (shown == kBatch) continue;
    if (!options.follow) return kSuccess;
    std::this_thread::sleep_for(kPause);
  }
}

/// The queues to take from, in this round.
absl::StatusOr<std::vector<std::string>> QueuesToTake(const HostConfig& config,
                                                      const EventsOptions& options) {
  if (!options.queue.empty()) return std::vector<std::string>{options.queue};
  const auto browser = config.queue->OpenBrowser();
  if (absl::IsFailedPrecondition(browser.status())) {
    return absl::FailedPreconditionError(
        "this kind of queue does not list its queues: --queue NAME");
  }
  if (!browser.ok()) return browser.status();
  const auto depths = (*browser)->Depths();
  if (!depths.ok()) return depths.status();
  std::vector<std::string> queues;
  for (const omni::QueueDepth& depth : *depths) {
    if (!depth.queue.ends_with(omni::kDeadLetterSuffix)) queues.push_back(depth.queue);
  }
  return queues;
}

/// Takes what one queue holds, showing it first; how much that was.
absl::StatusOr<std::size_t> TakeFrom(omni::QueueSource& source, const std::string& queue,
                                     absl::Duration patience, const EventsOptions& options) {
  std::size_t taken = 0;
  while (true) {
    const auto deliveries = source.Lease({.queue = queue, .limit = kBatch, .wait = patience});
    if (!deliveries.ok()) return deliveries.status();
    if (deliveries->empty()) return taken;
    std::vector<std::string> receipts;
    for (const omni::Delivery& delivery : *deliveries) {
      if (!Print(delivery.envelope, options.json)) {
        return absl::UnavailableError("the output is closed");
      }
      receipts.push_back(delivery.receipt);
    }
    std::cout.flush();
    if (!std::cout.good()) return absl::UnavailableError("the output is closed");
    if (const absl::Status status = source.Ack({.receipts = receipts}); !status.ok()) return status;
    taken += receipts.size();
  }
}

int Take(const HostConfig& config, const EventsOptions& options) {
  const auto source = config.queue->OpenSource();
  if (!source.ok()) return Fail(source.status());
  while (true) {
    const auto queues = QueuesToTake(config, options);
    if (!queues.ok()) return Fail(queues.status());
    std::size_t taken = 0;
    for (const std::string& queue : *queues) {
      const auto count = TakeFrom(**source, queue, config.queue->source_patience(), options);
      if (!count.ok()) return Fail(count.status());
      taken += *count;
    }
    if (!options.follow) return kSuccess;
    if (taken == 0) std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

int RunEvents(std::span<char* const> arguments) {
  const auto parsed = Arguments::Parse(
      arguments, {.flags = {"--follow", "--ack", "--json"}, .values = {"--config", "--queue"}});
  if (!parsed || !HasConfig(*parsed)) return kUsage;
  const auto config = LoadConfigArgument(*parsed);
  if (!config) return kFailure;
  const EventsOptions options{.queue = parsed->Value("--queue").value_or(""),
                              .follow = parsed->Has("--follow"),
                              .json = parsed->Has("--json")};
  return parsed->Has("--ack") ? Take(*config, options) : Look(*config, options);
}

}  // namespace host

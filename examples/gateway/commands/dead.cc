#include "commands/dead.h"

#include <iostream>
#include <set>
#include <string>

#include "base/text.h"
#include "commands/arguments.h"
#include "commands/command.h"
#include "commands/config_argument.h"
#include "commands/event_line.h"
#include "omni/ports/queue_source.h"

namespace host {
namespace {

constexpr std::size_t kBatch = 200;

int Fail(const absl::Status& status) {
  std::cerr << "omni: " << MessageOf(status) << '\n';
  return kFailure;
}

int List(omni::QueueBrowser& browser) {
  omni::QueueBrowser::BrowseParams params{.dead_letters = true, .limit = kBatch};
  while (true) {
    const auto letters = browser.Browse(params);
    if (!letters.ok()) return Fail(letters.status());
    for (const omni::QueuedEnvelope& letter : *letters) {
      std::cout << letter.envelope.queue << "  " << EventLine(letter.envelope) << "  ["
                << letter.dead_reason << "]\n";
      params.after = letter.position;
    }
    if (letters->size() < kBatch) return kSuccess;
  }
}

int Redrive(const HostConfig& config, omni::QueueBrowser& browser) {
  const auto depths = browser.Depths();
  if (!depths.ok()) return Fail(depths.status());
  const auto source = config.queue->OpenSource();
  if (!source.ok()) return Fail(source.status());
  std::size_t total = 0;
  for (const omni::QueueDepth& depth : *depths) {
    if (!depth.queue.ends_with(omni::kDeadLetterSuffix)) continue;
    const std::string queue =
        depth.queue.substr(0, depth.queue.size() - omni::kDeadLetterSuffix.size());
    const auto count = (*source)->Redrive({.queue = queue, .limit = depth.envelopes});
    if (!count.ok()) return Fail(count.status());
    std::cout << queue << ": " << *count << " put back\n";
    total += *count;
  }
  if (total == 0) std::cout << "no dead letters\n";
  return kSuccess;
}

}  // namespace

int RunDead(std::span<char* const> arguments) {
  const auto parsed = Arguments::Parse(arguments, {.flags = {"--redrive"}, .values = {"--config"}});
  if (!parsed || !HasConfig(*parsed)) return kUsage;
  const auto config = LoadConfigArgument(*parsed);
  if (!config) return kFailure;
  const auto browser = config->queue->OpenBrowser();
  if (absl::IsNotFound(browser.status())) {
    std::cerr << "omni: there is no queue yet; omni serve makes it\n";
    return kSuccess;
  }
  if (!browser.ok()) return Fail(browser.status());
  return parsed->Has("--redrive") ? Redrive(*config, **browser) : List(**browser);
}

}  // namespace host

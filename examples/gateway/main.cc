/// \file
/// `omni`: a host for the library, to try out and to build upon. docs/host.md tells of it.

#include <algorithm>
#include <iostream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "commands/check.h"
#include "commands/command.h"
#include "commands/dead.h"
#include "commands/events.h"
#include "commands/explain.h"
#include "commands/serve.h"
#include "commands/simulate.h"
#include "omni/support/config.h"
#include "omni/version.h"

namespace {

/// To add one: a file in commands/ and a line here.
constexpr host::Command kCommands[] = {
    {"serve", "--config FILE [--listen ADDR:PORT]",
     "receive webhooks until SIGTERM or SIGINT; SIGHUP reads the configuration again",
     host::RunServe},
    {"check", "--config FILE", "say every mistake in a configuration", host::RunCheck},
    {"events", "--config FILE [--queue NAME] [--follow] [--ack] [--json]",
     "show what the queues hold, one event a line", host::RunEvents},
    {"simulate",
     "CARRIER CASE --config FILE [--url URL] [--channel ID] [--count N] [--concurrency N] "
     "[--set FIELD=VALUE] | --list",
     "send a carrier's webhook, proved as the carrier proves it", host::RunSimulate},
    {"explain", "--config FILE [--url URL] [--at TIME] [--peer ADDRESS] [--json] < request.http",
     "tell what becomes of a captured request, and why it is refused", host::RunExplain},
    {"dead", "--config FILE [--redrive]", "show dead letters, or put them back", host::RunDead},
};

void PrintUsage(std::ostream& out) {
  out << "usage: omni COMMAND [ARGUMENTS]\n\n";
  for (const host::Command& command : kCommands) {
    out << "  omni " << command.name << ' ' << command.usage << "\n      " << command.summary
        << '\n';
  }
  out << "\n  omni --help | --version\n";
}

int RefuseCommand(std::string_view name) {
  std::cerr << "omni: there is no command " << name;
  std::vector<std::string> names;
  for (const host::Command& command : kCommands) names.emplace_back(command.name);
  if (const auto nearest = omni::DidYouMean(name, names)) {
    std::cerr << "; did you mean " << *nearest << '?';
  }
  std::cerr << "\n\n";
  PrintUsage(std::cerr);
  return host::kUsage;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char* const> arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() < 2) {
    PrintUsage(std::cerr);
    return host::kUsage;
  }
  const std::string_view name = arguments[1];
  const auto rest = arguments.subspan(2);
  const bool asks_for_help = std::any_of(
      rest.begin(), rest.end(), [](std::string_view argument) { return argument == "--help"; });
  if (name == "--help" || name == "-h" || name == "help") {
    PrintUsage(std::cout);
    return host::kSuccess;
  }
  if (name == "--version") {
    std::cout << "omni " << OMNI_VERSION_STRING << '\n';
    return host::kSuccess;
  }
  const auto* const command = std::find_if(std::begin(kCommands), std::end(kCommands),
                                           [name](const auto& each) { return each.name == name; });
  if (command == std::end(kCommands)) return RefuseCommand(name);
  if (asks_for_help) {
    std::cout << "usage: omni " << command->name << ' ' << command->usage << "\n  "
              << command->summary << '\n';
    return host::kSuccess;
  }
  return command->run(rest);
}

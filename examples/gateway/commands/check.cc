#include "commands/check.h"

#include <iostream>
#include <string>

#include "commands/arguments.h"
#include "commands/command.h"
#include "commands/config_argument.h"
#include "host/gateway_builder.h"

namespace host {

int RunCheck(std::span<char* const> arguments) {
  const auto parsed = Arguments::Parse(arguments, {.values = {"--config"}});
  if (!parsed || !HasConfig(*parsed)) return kUsage;
  const std::string file = *parsed->Value("--config");
  LoadedConfig loaded = LoadConfig(file);
  for (std::string& problem : CheckConfig(loaded.config)) {
    loaded.problems.push_back(std::move(problem));
  }
  for (const std::string& problem : loaded.problems) std::cout << problem << '\n';
  if (!loaded.problems.empty()) return kFailure;
  std::cout << file << ": ok, " << loaded.config.channels.size() << " channels\n";
  return kSuccess;
}

}  // namespace host

/// \file
/// Feeds a target its seeds and past findings, each also cut short and with bytes changed, so that
/// a plain test run covers more than the happy paths.
///
///     target [--write DIR] [--path PATH]… [FILE or DIR]…
///
/// A `--path` says that what follows is an adapter's testdata, to be sent there. `--write` keeps
/// the seeds as files, one each, for libFuzzer.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/fuzz_target.h"
#include "fuzz/seeds.h"

namespace omni::fuzz {
namespace {

void Feed(std::string_view input) {
  // A copy of exactly that size, so that a sanitizer sees a read beyond it.
  const std::vector<std::uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

void FeedVariants(const std::string& seed) {
  constexpr std::size_t kVariants = 32;
  Feed(seed);
  for (std::size_t i = 1; i < kVariants; ++i) {
    const std::size_t at = seed.size() * i / kVariants;
    Feed(std::string_view(seed).substr(0, at));
    std::string changed = seed;
    if (at < changed.size()) changed[at] = static_cast<char>(changed[at] ^ (1 << (i % 8)));
    Feed(changed);
  }
}

struct Arguments {
  std::filesystem::path write_to = {};
  std::vector<std::string> paths = {};
  std::vector<std::filesystem::path> inputs = {};
};

Arguments ReadArguments(int count, char** values) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string_view value = values[i];
    if (value == "--write" && i + 1 < count) {
      arguments.write_to = values[++i];
    } else if (value == "--path" && i + 1 < count) {
      arguments.paths.emplace_back(values[++i]);
    } else {
      arguments.inputs.emplace_back(value);
    }
  }
  return arguments;
}

int Run(const Arguments& arguments) {
  std::size_t seeds = 0;
  for (const std::filesystem::path& input : arguments.inputs) {
    for (const std::filesystem::path& file : FilesBelow(input)) {
      for (const std::string& seed : ReadSeeds(file, arguments.paths)) {
        ++seeds;
        if (arguments.write_to.empty()) {
          FeedVariants(seed);
        } else {
          std::ofstream(arguments.write_to / std::to_string(seeds), std::ios::binary) << seed;
        }
      }
    }
  }
  std::printf("%zu seeds\n", seeds);
  return seeds == 0 ? 1 : 0;
}

}  // namespace
}  // namespace omni::fuzz

int main(int argc, char** argv) { return omni::fuzz::Run(omni::fuzz::ReadArguments(argc, argv)); }

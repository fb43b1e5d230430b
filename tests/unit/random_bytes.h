/// \file
/// Random input for property tests, the same in every run.
#pragma once

#include <cstddef>
#include <random>
#include <string>

namespace omni::inline v0_1 {
namespace testing {

/// Thread safety: confined.
class RandomBytes {
 public:
  std::string Next(std::size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(engine_() & 0xff);
    return bytes;
  }
  /// Of a size up to `max_size`.
  std::string NextUpTo(std::size_t max_size) { return Next(engine_() % (max_size + 1)); }

 private:
  std::mt19937 engine_{20'240'115};
};

}  // namespace testing
}  // namespace omni::inline v0_1

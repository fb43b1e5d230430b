/// \file
/// Counts heap allocations. Linking alloc_counter.cc replaces malloc for the whole program, so what
/// RapidJSON and OpenSSL allocate is counted as well as what operator new does.
#pragma once

#include <cstddef>

namespace omni::workload {

/// The allocations of the calling thread since the counter was made.
///
/// Thread safety: confined.
class AllocCounter {
 public:
  AllocCounter();
  [[nodiscard]] std::size_t count() const;
  [[nodiscard]] std::size_t bytes() const;

 private:
  std::size_t count_at_start_;
  std::size_t bytes_at_start_;
};

}  // namespace omni::workload

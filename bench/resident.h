/// \file
/// How much memory this process has in use.
#pragma once

#include <unistd.h>

#include <fstream>

namespace omni {

[[nodiscard]] inline double ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace omni

/// \file
/// Threads as the connections need them.
#pragma once

#include <signal.h>

#include <system_error>
#include <thread>
#include <utility>

#include "absl/status/statusor.h"

namespace omni::inline v0_1 {
namespace internal {

/// A thread on which a peer that is gone is an error of the write, and no signal that ends the
/// program. Errors: Unavailable.
template <class F>
absl::StatusOr<std::thread> StartThread(F run) {
  try {
    return std::thread([run = std::move(run)] {
      sigset_t signals;
      sigemptyset(&signals);
      sigaddset(&signals, SIGPIPE);
      pthread_sigmask(SIG_BLOCK, &signals, nullptr);
      run();
    });
  } catch (const std::system_error&) {
    return absl::UnavailableError("no thread can be started");
  }
}

}  // namespace internal
}  // namespace omni::inline v0_1

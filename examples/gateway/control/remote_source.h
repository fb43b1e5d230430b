/// \file
/// The queue of a process that serves, from another one.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "omni/ports/queue_source.h"

namespace host {

/// Asks the process that listens at the control socket. Errors: Unavailable when none does.
[[nodiscard]] absl::StatusOr<std::shared_ptr<omni::QueueSource>> ConnectRemoteSource(
    const std::string& socket_path);

}  // namespace host

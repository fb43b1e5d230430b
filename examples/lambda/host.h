/// \file
/// The gateway of a function: what the environment says, put together.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "deadline_sink.h"
#include "omni/gateway.h"

namespace lambda {

struct Host {
  std::unique_ptr<omni::Gateway> gateway = {};
  std::shared_ptr<DeadlineSink> sink = {};  ///< to be told each invocation's deadline
  /// Whether the carriers call the domain that the events name, and not one before it.
  bool is_called_directly = true;
};

/// Reads these variables:
///
/// - `OMNI_CHANNELS`: a JSON array of channels, or the name of a file that holds one;
/// - `OMNI_QUEUE_PREFIX`: what the names of the queues begin with, may be empty;
/// - `OMNI_PUBLIC_URL`: what the carriers call, where that is not the domain in the events;
/// - `AWS_ENDPOINT_URL_SQS`, `AWS_ENDPOINT_URL_SECRETS_MANAGER`: instead of the region's own;
/// - `AWS_REGION` and the credentials, which Lambda sets.
///
/// Errors: InvalidArgument with all that is wrong with them.
[[nodiscard]] absl::StatusOr<Host> OpenHost();

}  // namespace lambda

/// \file
/// Opens the queue that the command line names.
#pragma once

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "omni/ports/queue_sink.h"
#include "omni/ports/queue_source.h"

/// Both ends of one queue engine.
struct Engine {
  std::shared_ptr<omni::QueueSink> sink = {};
  std::shared_ptr<omni::QueueSource> source = {};
};

/// `sqlite:PATH`, `amqp://…` or `amqps://…`, `sqs:REGION` (credentials as AWS's tools find them).
///
/// Errors: InvalidArgument when it is none of these, or its component is not installed; and those
/// of the engine.
[[nodiscard]] absl::StatusOr<Engine> OpenEngine(std::string_view name);

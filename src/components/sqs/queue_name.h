/// \file
/// What SQS calls a queue.
#pragma once

#include <string>
#include <string_view>

#include "omni/components/sqs.h"
#include "omni/export.h"

namespace omni::inline v0_1 {
namespace internal {

struct SqsName {
  std::string name = {};  ///< with `.fifo` where it is one
  std::string url = {};   ///< where it is configured
  bool is_fifo = false;
};

/// Different queues of omni's have different names.
[[nodiscard]] OMNI_EXPORT SqsName SqsNameOf(const SqsOptions& options, std::string_view queue);

/// Whether the queue is one of dead letters, by omni's name.
[[nodiscard]] bool IsDeadLetterQueue(std::string_view queue);

}  // namespace internal
}  // namespace omni::inline v0_1

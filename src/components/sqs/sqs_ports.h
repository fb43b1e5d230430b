/// \file
/// The two sides of the queue, over one loop.
#pragma once

#include <memory>

#include "components/aws/aws_client.h"
#include "components/curl/http_loop.h"
#include "components/sqs/queue_directory.h"
#include "omni/components/sqs.h"

namespace omni::inline v0_1 {
namespace internal {

/// Thread safety: immutable; what it holds is what it says.
struct SqsService {
  std::unique_ptr<HttpLoopThread> thread;
  std::shared_ptr<AwsClient> client;
  std::shared_ptr<QueueDirectory> directory;  ///< of the loop
  std::shared_ptr<const SqsOptions> options;
};
using SqsServicePtr = std::shared_ptr<const SqsService>;

[[nodiscard]] std::shared_ptr<QueueSink> MakeSqsSink(SqsServicePtr service);
[[nodiscard]] std::shared_ptr<QueueSource> MakeSqsSource(SqsServicePtr service);

}  // namespace internal
}  // namespace omni::inline v0_1

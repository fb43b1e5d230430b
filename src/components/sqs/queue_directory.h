/// \file
/// Which URL a queue has, and how it is made when it has none.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "components/aws/aws_client.h"
#include "omni/components/sqs.h"
#include "omni/ports/completion.h"

namespace omni::inline v0_1 {
namespace internal {

/// Thread safety: confined to the loop.
class QueueDirectory : public std::enable_shared_from_this<QueueDirectory> {
 public:
  using UrlDone = Completion<absl::StatusOr<std::string>>;

  QueueDirectory(std::shared_ptr<AwsClient> client, std::shared_ptr<const SqsOptions> options)
      : client_(std::move(client)), options_(std::move(options)) {}

  /// Asks once for all who want to know at the same time. Errors: NotFound, Unavailable, …
  void Resolve(const std::string& queue, UrlDone done);
  /// SQS says that there is no such queue (any more).
  void Forget(const std::string& queue, const std::string& url);

 private:
  enum class Retry { kOnce, kNever };

  void LookUp(const std::string& queue);
  void CreateWithDeadLetters(const std::string& queue, Retry retry);
  void CreateWith(const std::string& queue, const std::string& dead_letter_arn);
  void FindArn(const std::string& url, UrlDone done);
  void Finish(const std::string& queue, const absl::StatusOr<std::string>& url);
  void Call(const char* operation, std::string body, AwsDone done);

  const std::shared_ptr<AwsClient> client_;
  const std::shared_ptr<const SqsOptions> options_;
  std::map<std::string, std::string> urls_;
  std::map<std::string, std::vector<UrlDone>> waiting_;
};

}  // namespace internal
}  // namespace omni::inline v0_1

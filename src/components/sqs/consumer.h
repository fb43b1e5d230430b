/// \file
/// The operations of SQS that a consumer needs, as calls that wait.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "components/sqs/loans.h"
#include "components/sqs/message.h"
#include "components/sqs/sqs_ports.h"

namespace omni::inline v0_1 {
namespace internal {

/// Thread safety: thread-safe, on any thread but the loop's: FailedPrecondition.
class SqsConsumer {
 public:
  explicit SqsConsumer(SqsServicePtr service) : service_(std::move(service)) {}

  [[nodiscard]] absl::StatusOr<std::string> Url(const std::string& queue) const;

  struct ReceiveParams {
    std::string queue = {};
    std::string url = {};
    std::size_t limit = 1;
    absl::Duration visibility = absl::ZeroDuration();
    absl::Duration wait = absl::ZeroDuration();  ///< 20 seconds at most
  };
  /// One request; from a FIFO queue as many as there are messages to take, because more than one of
  /// a group could come with each.
  [[nodiscard]] absl::StatusOr<std::vector<LoanPtr>> Receive(const ReceiveParams& params) const;

  [[nodiscard]] absl::Status Send(const std::string& url, const SqsMessage& message) const;
  /// Ten to a request. What is not there to be deleted is no error.
  [[nodiscard]] absl::Status Delete(const std::string& url,
                                    std::span<const std::string> receipts) const;
  /// Errors: NotFound when the receipt is not good any more.
  [[nodiscard]] absl::Status SetVisibility(const Loan& loan, absl::Duration visibility) const;

  void Forget(const std::string& queue, const std::string& url) const;
  [[nodiscard]] absl::Time Now() const { return service_->client->Now(); }
  [[nodiscard]] const SqsOptions& options() const { return *service_->options; }

 private:
  using Answers = std::vector<absl::StatusOr<std::string>>;
  /// All at once; the answers in the order of the calls.
  [[nodiscard]] Answers CallAll(std::vector<AwsCall> calls) const;

  const SqsServicePtr service_;
};

}  // namespace internal
}  // namespace omni::inline v0_1

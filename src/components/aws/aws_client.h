/// \file
/// Calls one of AWS's services in its JSON protocol.
#pragma once

#include <memory>
#include <random>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "components/aws/aws_error.h"
#include "components/aws/credentials_cache.h"
#include "components/curl/http_loop.h"
#include "omni/components/aws.h"
#include "omni/export.h"
#include "omni/ports/completion.h"

namespace omni::inline v0_1 {
namespace internal {

/// Which service, as AWS names it.
struct AwsService {
  std::string id = {};             ///< in host names and signatures: `sqs`
  std::string target_prefix = {};  ///< of `X-Amz-Target`: `AmazonSQS`
  std::string content_type = {};   ///< `application/x-amz-json-1.0`
};

struct AwsCall {
  std::string operation = {};  ///< `SendMessageBatch`
  std::string body = {};
  absl::Time deadline = absl::InfiniteFuture();
  absl::Duration patience = absl::ZeroDuration();  ///< the service may take so long on purpose
};

using AwsDone = Completion<absl::StatusOr<std::string>>;

/// Signs each attempt anew and makes it again after failures of the connection, throttling and 5xx,
/// within the call's deadline.
///
/// Thread safety: thread-safe. Completions run on the loop.
class OMNI_EXPORT AwsClient : public std::enable_shared_from_this<AwsClient> {
 public:
  /// Errors: InvalidArgument (an option).
  [[nodiscard]] static absl::StatusOr<std::shared_ptr<AwsClient>> Make(
      const AwsOptions& options, const AwsEnvironment& environment, const AwsService& service,
      std::shared_ptr<HttpLoop> loop);

  /// The body of the answer. Errors: of AwsError, and those of HttpClient.
  void Call(AwsCall call, AwsDone done);

  [[nodiscard]] HttpLoop& loop() const { return *loop_; }
  [[nodiscard]] absl::Time Now() const { return options_->clock->Now(); }
  [[nodiscard]] const AwsOptions& options() const { return *options_; }
  [[nodiscard]] const std::string& region() const { return region_; }
  /// The pause after the `attempt`th attempt, from 1. On the loop only.
  [[nodiscard]] absl::Duration Backoff(int attempt);

 private:
  struct Attempt;

  AwsClient(AwsOptions options, AwsService service, std::shared_ptr<HttpLoop> loop);

  void Begin(std::shared_ptr<Attempt> attempt);
  void Send(std::shared_ptr<Attempt> attempt, const AwsCredentialsPtr& credentials);
  void OnAnswer(std::shared_ptr<Attempt> attempt, const AwsCredentialsPtr& credentials,
                absl::StatusOr<HttpResponse> answer);
  void Retry(std::shared_ptr<Attempt> attempt, absl::Status why);
  /// Whether the answer's date shows that our clock is wrong.
  bool LearnClock(const HttpResponse& answer);

  const std::shared_ptr<const AwsOptions> options_;
  const AwsService service_;
  const std::shared_ptr<HttpLoop> loop_;
  std::string region_;
  std::string endpoint_;

  // Of the loop's thread.
  std::shared_ptr<CredentialsCache> credentials_;
  absl::Duration clock_offset_ = absl::ZeroDuration();
  std::minstd_rand random_;
};

/// The client's own options of the HTTP loop.
[[nodiscard]] OMNI_EXPORT CurlHttpClientOptions AwsLoopOptions(const AwsOptions& options);

/// A copy, with a clock in any case.
[[nodiscard]] OMNI_EXPORT AwsOptions CopyOf(const AwsOptions& options);

}  // namespace internal
}  // namespace omni::inline v0_1

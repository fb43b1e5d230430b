#include <utility>

#include "base/status_macros.h"
#include "components/sqs/sqs_ports.h"
#include "omni/components/sqs.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace {

absl::Status OptionError(const char* problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, problem,
                   {.reason = "invalid_option", .blame = Blame::kHost});
}

absl::Status CheckOptions(const SqsOptions& options) {
  if (options.max_message_bytes < 1024 || options.max_message_bytes > (std::size_t{1} << 20)) {
    return OptionError("max_message_bytes must be between 1 KiB and 1 MiB");
  }
  if (options.max_requests == 0) return OptionError("max_requests must be positive");
  if (options.max_attempts < 1 || options.max_attempts > 1000) {
    return OptionError("max_attempts must be between 1 and 1000");
  }
  if (options.delay < absl::ZeroDuration() || options.delay > absl::Minutes(15)) {
    return OptionError("delay must be 15 minutes at most");
  }
  if (options.keep < absl::Minutes(1) || options.keep > absl::Hours(24 * 14)) {
    return OptionError("keep must be between a minute and 14 days");
  }
  if (options.name_prefix.size() > 40) return OptionError("name_prefix is too long");
  return absl::OkStatus();
}

SqsOptions CopyOf(const SqsOptions& options) {
  return {.aws = internal::CopyOf(options.aws),
          .queue_urls = options.queue_urls,
          .name_prefix = options.name_prefix,
          .fifo = options.fifo,
          .create_missing = options.create_missing,
          .keep = options.keep,
          .max_attempts = options.max_attempts,
          .delay = options.delay,
          .max_message_bytes = options.max_message_bytes,
          .max_requests = options.max_requests,
          .max_pending_envelopes = options.max_pending_envelopes,
          .max_pending_bytes = options.max_pending_bytes,
          .max_loans = options.max_loans};
}

}  // namespace

absl::StatusOr<SqsQueue> OpenSqs(const SqsOptions& options) {
  OMNI_RETURN_IF_ERROR(CheckOptions(options));
  auto service = std::make_shared<internal::SqsService>();
  OMNI_ASSIGN_OR_RETURN(service->thread,
                        internal::HttpLoopThread::Start(internal::AwsLoopOptions(options.aws)));
  OMNI_ASSIGN_OR_RETURN(
      service->client,
      internal::AwsClient::Make(
          options.aws, internal::AwsEnvironment::OfProcess(),
          {.id = "sqs", .target_prefix = "AmazonSQS", .content_type = "application/x-amz-json-1.0"},
          service->thread->loop()));
  service->options = std::make_shared<const SqsOptions>(CopyOf(options));
  service->directory =
      std::make_shared<internal::QueueDirectory>(service->client, service->options);
  return SqsQueue{.sink = internal::MakeSqsSink(service),
                  .source = internal::MakeSqsSource(service)};
}

}  // namespace omni::inline v0_1

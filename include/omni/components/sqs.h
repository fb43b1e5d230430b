/// \file
/// The queue on Amazon SQS: a sink and a source over its JSON protocol.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/components/aws.h"
#include "omni/export.h"
#include "omni/ports/queue_sink.h"
#include "omni/ports/queue_source.h"

namespace omni::inline v0_1 {

/// Thread safety: thread-compatible.
struct SqsOptions {
  AwsOptions aws = {};

  /// URLs of queues by omni's name for them. A queue that is not here has the name that is made of
  /// `name_prefix` and omni's name, in which `:` becomes `-` and `-` becomes `--`, with `.fifo`
  /// behind it: `acme:sms:inbound` is `acme-sms-inbound.fifo`.
  std::map<std::string, std::string> queue_urls = {};
  std::string name_prefix = {};
  bool fifo = true;  ///< of queues that are not in `queue_urls`, where the URL says it

  /// Makes queues that are not there, with their dead letters' queue, from what follows.
  bool create_missing = false;
  absl::Duration keep = absl::Hours(24 * 14);  ///< what nobody acknowledges; 14 days at most

  int max_attempts = 3;  ///< then an envelope is a dead letter

  /// Until an envelope may be leased, 15 minutes at most. A FIFO queue has one delay for all, which
  /// is set when it is made.
  absl::Duration delay = absl::ZeroDuration();

  /// Of a message, and of the messages of a request: SQS takes 1 MiB where the account and the
  /// queue allow it.
  std::size_t max_message_bytes = std::size_t{256} << 10;
  std::size_t max_requests = 32;  ///< of each queue that are under way at once, with 10 envelopes

  /// Envelopes that wait; beyond this they are refused: Unavailable.
  std::size_t max_pending_envelopes = 100'000;
  std::size_t max_pending_bytes = std::size_t{64} << 20;

  std::size_t max_loans = 100'000;  ///< of the source; beyond this it lends no more: Unavailable
};

/// Both sides of the queues, over one thread and its connections. docs/sqs.md says what is
/// promised.
///
/// - What is enqueued while requests are under way shares the next one, ten to a request; a full
///   one goes at once, and a lone envelope does not wait. Throttling, 5xx and lost connections are
///   tried again until the deadline.
/// - FIFO queues keep the order within a group, and take a dedupe key once within five minutes;
///   the second time they say OK. Standard queues keep no order and may have an envelope twice.
/// - Completions run on the thread and must not block it; the source must not be called there.
///
/// Lifetime: the thread ends with the last of the two; what was not settled by then is Cancelled.
/// Thread safety: thread-compatible; the ports are thread-safe.
struct OMNI_EXPORT SqsQueue {
  std::shared_ptr<QueueSink> sink = {};
  std::shared_ptr<QueueSource> source = {};
};

/// Asks nobody yet: credentials and queues are looked up when they are needed first.
///
/// Errors: InvalidArgument (an option), Unavailable (no thread is left), FailedPrecondition (a
/// libcurl without TLS).
[[nodiscard]] OMNI_EXPORT absl::StatusOr<SqsQueue> OpenSqs(const SqsOptions& options);

}  // namespace omni::inline v0_1

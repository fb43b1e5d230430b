/// \file
/// Where events are taken from: the consumer's side of a durable queue.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/export.h"
#include "omni/ports/queue_sink.h"

namespace omni::inline v0_1 {

/// What stands behind the name of a queue in the name of the queue of its dead letters.
inline constexpr std::string_view kDeadLetterSuffix = ":dead";

/// An envelope, lent to one consumer for a time.
struct Delivery {
  std::string receipt = {};  ///< names this loan; the next one of the same envelope has another
  Envelope envelope = {};
  int attempt = 0;  ///< 1 for the first
  absl::Time enqueued_at = absl::InfinitePast();
  std::string dead_reason = {};  ///< of a dead letter: why it is one
};

/// Takes from queues that hold every envelope until it is acknowledged: at least once. A consumer
/// tells a repetition by the dedupe key.
///
/// The envelopes of one group are lent one after another, in their order, the next when the one
/// before it is acknowledged or dead; other groups go on meanwhile. Envelopes without a group have
/// no order. What was tried too often moves to the dead letters, the queue of the same name with
/// kDeadLetterSuffix behind it, which is read like any other.
///
/// Thread safety: thread-safe. Calls block; Lease as long as it was told.
class OMNI_EXPORT QueueSource {
 public:
  virtual ~QueueSource();

  struct LeaseParams {
    std::string queue = {};
    std::size_t limit = 1;
    absl::Duration visibility = absl::Minutes(5);  ///< not acknowledged by then, it is lent again
    absl::Duration wait = absl::ZeroDuration();    ///< how long to wait for a first one
  };
  /// At most `limit` envelopes, the oldest first; none when none came in time.
  [[nodiscard]] virtual absl::StatusOr<std::vector<Delivery>> Lease(const LeaseParams& params) = 0;

  struct AckParams {
    std::span<const std::string> receipts = {};
  };
  /// Done with these; they are gone. A receipt whose loan is over is no error, because its envelope
  /// may have been acknowledged or lent again. Then it has no effect.
  virtual absl::Status Ack(const AckParams& params) = 0;

  struct NackParams {
    std::string receipt = {};
    absl::Duration delay = absl::ZeroDuration();  ///< its group waits as long
    std::string reason = {};                      ///< kept with the dead letter, should it be one
  };
  /// Could not do it; again after the delay, or to the dead letters when that was the last attempt.
  ///
  /// Errors: NotFound when the loan is over.
  virtual absl::Status Nack(const NackParams& params) = 0;

  struct ExtendParams {
    std::string receipt = {};
    absl::Duration visibility = absl::Minutes(5);  ///< from now
  };
  /// Still at it. Errors: NotFound when the loan is over.
  virtual absl::Status Extend(const ExtendParams& params) = 0;

  struct RedriveParams {
    std::string queue = {};  ///< without the suffix
    std::size_t limit = 100;
  };
  /// Moves dead letters that are not lent back to their queue, the oldest first, as if they had
  /// never been tried. How many there were.
  [[nodiscard]] virtual absl::StatusOr<std::size_t> Redrive(const RedriveParams& params) = 0;
};

}  // namespace omni::inline v0_1

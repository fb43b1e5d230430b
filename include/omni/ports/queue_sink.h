/// \file
/// Where events go: a durable queue behind one asynchronous call.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "omni/export.h"
#include "omni/ports/completion.h"

namespace omni::inline v0_1 {

/// One event on its way to a queue.
struct Envelope {
  std::string queue = {};       ///< `{tenant}:{channel}:inbound`
  std::string group = {};       ///< ordering key: events of one group are consumed in order
  std::string dedupe_key = {};  ///< deduplication id
  std::string event_id = {};
  std::string body = {};                                          ///< the event as JSON
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< carried beside the body
};

/// As a rule there is one, which takes no memory of its own, so that moving the list moves it.
using Envelopes = absl::InlinedVector<Envelope, 1>;

/// What became of each envelope, in the order given: OK is *durably accepted*, AlreadyExists is
/// *was already there* (only from a sink that deduplicates itself), anything else is *not
/// accepted*.
struct OMNI_EXPORT Settlement {
  /// As a rule there is one, which then takes no memory of its own.
  absl::InlinedVector<absl::Status, 2> outcomes = {};

  /// The same outcome for all of `count` envelopes.
  [[nodiscard]] static Settlement All(std::size_t count, const absl::Status& outcome);
};

template <>
struct CompletionTraits<Settlement> {
  /// No outcomes: the gateway takes every envelope for not accepted.
  static Settlement Cancelled() { return {}; }
};

/// Thread safety: thread-safe.
class OMNI_EXPORT QueueSink {
 public:
  virtual ~QueueSink();

  struct EnqueueParams {
    Envelopes envelopes = {};
    absl::Time deadline = absl::InfiniteFuture();  ///< complete by then, one way or the other
  };
  /// Makes the envelopes durable and then says which ones are. Completes inline or on any thread.
  /// An envelope that is reported as not accepted may still turn up later (a broker that confirms
  /// too late); consumers deduplicate by `dedupe_key`.
  virtual void Enqueue(EnqueueParams params, Completion<Settlement> done) = 0;
};

/// A sink over a store whose calls block: override Put and nothing else.
///
/// Thread safety: thread-safe; Put is called on the thread that called Enqueue.
class OMNI_EXPORT BlockingQueueSink : public QueueSink {
 public:
  /// Stores the envelopes and reports each one's outcome.
  [[nodiscard]] virtual Settlement Put(const EnqueueParams& params) = 0;

  void Enqueue(EnqueueParams params, Completion<Settlement> done) final;
};

}  // namespace omni::inline v0_1

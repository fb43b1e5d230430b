/// \file
/// Looking into queues without taking anything out of them: for operators, for consoles.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/export.h"
#include "omni/ports/queue_sink.h"

namespace omni::inline v0_1 {

/// What one queue holds.
struct QueueDepth {
  std::string queue = {};
  std::size_t envelopes = 0;               ///< lent ones too
  std::optional<std::size_t> leased = {};  ///< the lent ones; nothing where that cannot be known
  std::size_t bytes = 0;                   ///< of their bodies and all that belongs to them
  absl::Time oldest = absl::InfiniteFuture();
};

/// An envelope where it lies.
struct QueuedEnvelope {
  std::string position = {};  ///< of this envelope among all that the browser shows
  Envelope envelope = {};
  int attempts = 0;  ///< how often it was lent
  absl::Time enqueued_at = absl::InfinitePast();
  std::string dead_reason = {};  ///< of a dead letter
};

/// Shows what is in the queues. Nothing that it does is seen by producers or consumers.
///
/// Thread safety: thread-safe. Calls block for a bounded time.
class OMNI_EXPORT QueueBrowser {
 public:
  virtual ~QueueBrowser();

  /// Every queue that holds something, the dead letters' as well, by name.
  [[nodiscard]] virtual absl::StatusOr<std::vector<QueueDepth>> Depths() = 0;

  struct BrowseParams {
    std::string queue = {};  ///< empty: all, by `dead_letters` those of dead letters or the others
    bool dead_letters = false;
    std::string after = {};  ///< a position: only what came behind it
    std::size_t limit = 100;
  };
  /// Envelopes, the oldest first. One that is put back into a queue keeps its position.
  ///
  /// Errors: InvalidArgument when `after` is no position.
  [[nodiscard]] virtual absl::StatusOr<std::vector<QueuedEnvelope>> Browse(
      const BrowseParams& params) = 0;
};

}  // namespace omni::inline v0_1

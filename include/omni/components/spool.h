/// \file
/// A spool in front of a queue: it goes on accepting while the engine behind it is down.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/export.h"
#include "omni/ports/clock.h"
#include "omni/ports/queue_browser.h"
#include "omni/ports/queue_sink.h"

namespace omni::inline v0_1 {

/// Which envelopes go through the file.
enum class SpoolMode {
  kOnFailure,  ///< what the engine did not accept, and what must stay behind that
  kAlways,     ///< all: an outcome is the file's, never the engine's
};

struct SpoolOptions {
  std::string path = {};  ///< of the file, which is the spool's own; made when it is not there
  SpoolMode mode = SpoolMode::kOnFailure;
  std::shared_ptr<Clock> clock = {};  ///< none: the system's

  /// Room for what waits and for dead letters; beyond: Unavailable.
  std::size_t max_envelopes = 1'000'000;
  std::size_t max_bytes = std::size_t{4} << 30;

  /// How long the engine has to answer. Of an enqueue that would be over earlier it gets half.
  absl::Duration engine_timeout = absl::Seconds(5);
  std::size_t max_batch = 500;  ///< handed to the engine at once
  /// Pause after a failure, doubled up to the second one, each with up to half as much at random
  /// taken off.
  absl::Duration min_backoff = absl::Milliseconds(100);
  absl::Duration max_backoff = absl::Seconds(30);

  absl::Duration keep_keys = absl::Hours(24 * 8);  ///< as SqliteOptions::keep_keys
};

/// How the spool is.
struct SpoolStats {
  std::size_t waiting = 0;  ///< envelopes that the engine does not have yet
  std::size_t dead = 0;     ///< envelopes that it will not take
  std::size_t bytes = 0;    ///< of both
  absl::Duration oldest_age = absl::ZeroDuration();  ///< of what waits
  std::uint64_t drained = 0;                         ///< handed over since the spool was opened
  bool engine_is_down = false;                       ///< it accepted nothing when last asked
  std::string last_error = {};                       ///< what it said when it last refused one
  absl::Time last_error_at = absl::InfinitePast();
};

/// A sink in front of another. docs/spool.md says what is promised.
///
/// - OK is durable: in the engine, or on the disk and on its way there. AlreadyExists of the engine
///   counts as accepted by it.
/// - What waits is handed over by a thread of the spool's, the oldest first, of each group one
///   after another; a group whose envelope is refused waits without holding up others.
/// - While anything of a group waits, what comes for the group goes behind it.
/// - What the engine refuses with InvalidArgument will never be accepted. A caller that can still
///   be told is told; else it becomes a dead letter of the spool.
///
/// Destroying it waits for the engine's answer to what was handed over, at most `engine_timeout`
/// and a second. It must not be destroyed in a completion.
///
/// Thread safety: thread-safe.
class OMNI_EXPORT Spool : public QueueSink {
 public:
  [[nodiscard]] virtual SpoolStats stats() const = 0;

  /// At most `limit` dead letters, the oldest first, with their reasons. They stay.
  [[nodiscard]] virtual absl::StatusOr<std::vector<QueuedEnvelope>> ListDead(std::size_t limit) = 0;
  /// Has at most `limit` dead letters tried again. How many there were.
  [[nodiscard]] virtual absl::StatusOr<std::size_t> Redrive(std::size_t limit) = 0;
};

/// Opens the file, and begins to hand over what it holds.
///
/// Errors: InvalidArgument (an option), and those of OpenSqlite.
[[nodiscard]] OMNI_EXPORT absl::StatusOr<std::shared_ptr<Spool>> OpenSpool(
    std::shared_ptr<QueueSink> engine, const SpoolOptions& options);

}  // namespace omni::inline v0_1

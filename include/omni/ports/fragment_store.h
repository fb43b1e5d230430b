/// \file
/// Parts of long messages, kept until they are whole.
///
/// A part that Put has kept is durable, and the carrier is told so. Whatever leaves the store does
/// so in two steps: a group is handed out as often as it is asked for, until Remove says that it
/// is in the queue. A crash in between costs a repetition and never a part.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/export.h"

namespace omni::inline v0_1 {

/// One part, as the gateway wants it back.
struct FragmentPart {
  std::int64_t number = 0;   ///< from 1 to the total
  std::string id = {};       ///< the same for a redelivery of this part; empty: not known
  std::string content = {};  ///< the same for a repetition of this part under another id
  std::string payload = {};  ///< opaque bytes
};

/// Parts that leave the store together.
struct FragmentGroup {
  enum class State {
    kComplete,    ///< every part is here
    kIncomplete,  ///< given up on: expired, its reference was reused, or there was no room
    kLate,        ///< one part that the last group of its key, gone incomplete, had still lacked
  };
  std::uint64_t id = 0;  ///< for Remove
  State state = State::kComplete;
  std::vector<FragmentPart> parts = {};  ///< by number, no two alike
};

/// Thread safety: thread-safe. Calls block for a bounded time.
class OMNI_EXPORT FragmentStore {
 public:
  virtual ~FragmentStore();

  struct PutParams {
    /// Tenant, carrier, account, both parties, reference, its width and the total.
    std::string key = {};
    std::string tenant = {};  ///< for its share of the room
    std::int64_t total = 0;   ///< 2 to 255
    FragmentPart part = {};
    absl::Time now = absl::InfinitePast();
    absl::Duration patience = absl::Minutes(5);  ///< a group expires this long after its first part
    absl::Duration memory = absl::Hours(24);     ///< how long a part that is owed may be late
  };
  /// Keeps a part and says which groups have to leave because of it: its own when it is complete or
  /// late; the one of the same key before it, when that is expired, or when a part of that number
  /// and another content shows that the reference was reused; the oldest, when there was no room.
  /// None: the part waits, or repeats one that waits. A redelivery of a part of a group that was
  /// handed out and not removed gives that group once more.
  ///
  /// Errors: InvalidArgument when the total or the number is out of range; ResourceExhausted when
  /// the part alone is larger than the room, or too much was handed out and not removed. Then
  /// nothing was kept.
  [[nodiscard]] virtual absl::StatusOr<std::vector<FragmentGroup>> Put(const PutParams& params) = 0;

  struct DueParams {
    absl::Time now = absl::InfinitePast();
    std::size_t limit = 100;
  };
  /// Groups that have to leave, oldest first: those that are expired, and those that Put has handed
  /// out and nobody removed.
  [[nodiscard]] virtual absl::StatusOr<std::vector<FragmentGroup>> Due(const DueParams& params) = 0;

  /// The group is in the queue. One that is not there any more is no error.
  virtual absl::Status Remove(std::uint64_t group) = 0;
};

}  // namespace omni::inline v0_1

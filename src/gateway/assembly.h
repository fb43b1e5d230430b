/// \file
/// The stage of fragments: parts of longer messages go to the fragment store, and what has to leave
/// it joins the batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/batch.h"
#include "gateway/claims.h"
#include "gateway/core.h"
#include "gateway/part_record.h"
#include "omni/ports/fragment_store.h"

namespace omni::inline v0_1 {
namespace internal {

/// The groups that one request, or one sweep, takes to the queue.
///
/// A group that is in the queue leaves the store, and from then on a part of it that is delivered
/// again would open a group of its own. So the parts' claims are done before the group is removed,
/// and one of which another request holds the claim, perhaps about to put that part, is not removed
/// at all: the next sweep does it.
///
/// Thread safety: confined.
class Assembly {
 public:
  /// Lifetime: `core` outlives the assembly; its fragment store is not null.
  explicit Assembly(const GatewayCore& core) : core_(core) {}

  /// Keeps the batch's claimed parts, and releases what that makes leave. A part that the store
  /// will not have goes to the queue by itself.
  ///
  /// Errors: the store's. What it has kept by then stays kept, and a redelivery repeats it.
  absl::Status Keep(absl::Time now, Batch& batch);

  /// Adds a group's events to the batch, unless it is there already: the joined message, or its
  /// parts as they are. `brought_by`: the item of the batch whose part made the group leave.
  void Release(const FragmentGroup& group, std::optional<std::size_t> brought_by, Batch& batch);

  /// Adds the keys of the parts of what leaves.
  void AddKeys(const Batch& batch, Claims& claims);

  /// Once the batch is settled: completes the claims of the parts that are in the queue. A part
  /// whose message did not get there counts as not delivered, so that the carrier brings it again.
  void Settle(Batch& batch, absl::Duration keep, Claims& claims);

  /// Takes from the store what is in the queue, once the claims of it are settled. Says how many
  /// groups are in the queue.
  std::size_t Remove();

 private:
  struct Leaving {
    std::uint64_t id = 0;
    std::optional<std::size_t> brought_by = {};
    std::vector<std::size_t> items = {};     ///< of the batch
    std::vector<std::string> part_ids = {};  ///< until their keys are added
    std::vector<std::size_t> claims = {};    ///< of its parts
    bool queued = false;
    bool held_elsewhere = false;
  };

  [[nodiscard]] absl::StatusOr<std::vector<FragmentGroup>> KeepPart(const Batch::ClaimedPart& part,
                                                                    absl::Time now) const;
  std::size_t AddEvent(PartRecord record, Batch& batch) const;
  void Warn(std::string_view reason, std::string_view message) const;

  const GatewayCore& core_;
  std::vector<Leaving> groups_;
  absl::flat_hash_set<std::uint64_t> ids_;  ///< of the groups
  absl::flat_hash_map<std::string, std::size_t> claims_by_part_;
};

}  // namespace internal
}  // namespace omni::inline v0_1

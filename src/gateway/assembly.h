/// \file
/// The stage of fragments: parts of longer messages go to the fragment store, and what has to leave
/// it joins the batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/batch.h"
#include "gateway/core.h"
#include "omni/ports/fragment_store.h"

namespace omni::inline v0_1 {
namespace internal {

/// The groups that one request, or one sweep, takes to the queue.
///
/// Thread safety: confined.
class Assembly {
 public:
  /// Lifetime: `core` outlives the assembly; its fragment store is not null.
  explicit Assembly(const GatewayCore& core) : core_(core) {}

  /// Keeps the batch's claimed parts, and releases what that makes leave.
  ///
  /// Errors: the store's. What it has kept by then stays kept, and a redelivery repeats it.
  absl::Status Keep(absl::Time now, Batch& batch);

  /// Adds a group's events to the batch: the joined message, or its parts as they are.
  /// `brought_by`: the item of the batch whose part made the group leave.
  void Release(FragmentGroup group, std::optional<std::size_t> brought_by, Batch& batch);

  /// Once the batch is settled: takes from the store what is in the queue. A part whose message did
  /// not get there counts as not delivered, so that the carrier brings it again. Says how many
  /// groups are in the queue.
  std::size_t Conclude(Batch& batch);

 private:
  struct Leaving {
    std::uint64_t id = 0;
    std::optional<std::size_t> brought_by = {};
    std::vector<std::size_t> items = {};  ///< of the batch
  };

  absl::StatusOr<std::vector<FragmentGroup>> KeepPart(const Batch::ClaimedPart& part,
                                                      absl::Time now) const;
  void Warn(std::string_view reason, std::string_view message) const;

  const GatewayCore& core_;
  std::vector<Leaving> groups_;
};

}  // namespace internal
}  // namespace omni::inline v0_1

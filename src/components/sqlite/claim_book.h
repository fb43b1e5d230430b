/// \file
/// Claims at the idempotency store, in memory: they do not outlast the process, and neither do
/// their holders.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "omni/ports/idempotency_store.h"

namespace omni::inline v0_1 {
namespace internal {

/// A claim is here until the file knows what became of its key. So a key without a claim is known
/// from the file, or new.
///
/// Thread safety: thread-safe.
class ClaimBook {
 public:
  /// Whether the file says that the key is done.
  using IsDone = absl::FunctionRef<absl::StatusOr<bool>(std::string_view key)>;

  /// Errors: Unavailable when there would be more than `max_claims`; what `is_done` says.
  [[nodiscard]] absl::Status Begin(const IdempotencyStore::BeginParams& params,
                                   std::size_t max_claims, IsDone is_done, std::span<Claim> claims);

  /// A key that is known a little shorter than asked for is not written again: the sink wrote it
  /// when it took the envelope, and Complete comes moments later.
  static constexpr absl::Duration kCloseEnough = absl::Hours(1);

  /// The file remembers the key until then.
  void Learn(std::string_view key, absl::Time known_until);
  /// A claim whose key is done.
  struct Done {
    std::string key = {};
    std::uint64_t token = 0;
  };
  /// The keys are done from now on; which of them the file has to learn. Not those that somebody
  /// else has claimed since.
  [[nodiscard]] std::vector<Done> Complete(std::span<const IdempotencyStore::Held> claims,
                                           absl::Time expires);
  /// The file has been told of keys that are done.
  void EndDone(std::span<const Done> claims);
  void Abandon(std::span<const IdempotencyStore::Held> claims);

 private:
  struct Open {
    std::uint64_t token = 0;
    absl::Time expires = absl::InfinitePast();  ///< the lease, or the memory of what is done
    bool is_done = false;
    absl::Time known_until = absl::InfinitePast();  ///< as Learn was told
  };

  [[nodiscard]] absl::StatusOr<ClaimState> StateOf(std::string_view key, absl::Time now,
                                                   IsDone is_done) const OMNI_REQUIRES(mutex_);
  [[nodiscard]] bool HasRoom(std::size_t fresh, std::size_t max_claims, absl::Time now)
      OMNI_REQUIRES(mutex_);
  void End(std::string_view key, std::uint64_t token, bool done) OMNI_REQUIRES(mutex_);

  Mutex mutex_;
  absl::flat_hash_map<std::string, Open> open_ OMNI_GUARDED_BY(mutex_);
  std::uint64_t last_token_ OMNI_GUARDED_BY(mutex_) = 0;
};

}  // namespace internal
}  // namespace omni::inline v0_1

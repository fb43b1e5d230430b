/// \file
/// The keys that one request holds at the idempotency store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "omni/ports/clock.h"
#include "omni/ports/idempotency_store.h"
#include "omni/ports/observer.h"

namespace omni::inline v0_1 {
namespace internal {

/// Claims keys in as few calls as possible and ends every claim: completed where Complete was said
/// of it, else abandoned.
///
/// Thread safety: confined.
class Claims {
 public:
  /// `store` may be null: then every key is new. Lifetime: all outlive the claims; `memory` gets
  /// the texts of the keys.
  Claims(IdempotencyStore* store, Observer* observer, std::pmr::memory_resource& memory)
      : store_(store), observer_(observer), memory_(&memory) {}

  /// Adds a key, not yet claimed and different from every other one; its index.
  std::size_t Add(std::string_view key);

  /// Claims what was added since the last time.
  ///
  /// Errors: the store's; then none of these is claimed.
  absl::Status Begin(absl::Time now, absl::Duration lease);

  /// What Begin found. Of one that was not claimed: kInFlight.
  [[nodiscard]] ClaimState state(std::size_t index) const { return claims_[index].state; }

  /// What the key stands for is done; Settle will say so, and for how long it stays so.
  void Complete(std::size_t index, absl::Duration keep);

  /// Tells the store what is complete since the last time.
  void Settle(const Clock& clock);
  /// Abandons what is left.
  void Abandon();

 private:
  enum class Fate { kNotHeld, kOpen, kComplete };
  struct Claimed {
    ClaimState state = ClaimState::kInFlight;
    std::uint64_t token = 0;
    Fate fate = Fate::kNotHeld;
    absl::Duration keep = absl::ZeroDuration();
  };

  /// As a rule a request has one event and perhaps a nonce, and then none of these takes memory of
  /// its own.
  template <class T>
  using Few = absl::InlinedVector<T, 2>;

  [[nodiscard]] Few<IdempotencyStore::Held> Take(Fate fate, absl::Duration keep);
  void Warn(const absl::Status& status, std::string_view reason, std::string_view message) const;

  IdempotencyStore* store_;
  Observer* observer_;
  std::pmr::memory_resource* memory_;
  // Two vectors, because the store wants the keys side by side.
  Few<std::string_view> keys_;
  Few<Claimed> claims_;
  std::size_t begun_ = 0;
};

}  // namespace internal
}  // namespace omni::inline v0_1

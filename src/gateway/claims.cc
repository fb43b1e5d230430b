#include "gateway/claims.h"

#include <span>
#include <utility>

#include "base/request_memory.h"
#include "base/status_macros.h"

namespace omni::inline v0_1 {
namespace internal {

std::size_t Claims::Add(std::string_view key) {
  keys_.push_back(CopyTo(*memory_, key));
  claims_.emplace_back();
  return claims_.size() - 1;
}

absl::Status Claims::Begin(absl::Time now, absl::Duration lease) {
  const std::size_t first = std::exchange(begun_, keys_.size());
  if (first == keys_.size()) return absl::OkStatus();
  if (store_ == nullptr) {
    for (std::size_t i = first; i < claims_.size(); ++i) claims_[i].state = ClaimState::kNew;
    return absl::OkStatus();
  }
  const auto keys = std::span<const std::string_view>(keys_.data(), keys_.size()).subspan(first);
  // What the store leaves out is not ours.
  Few<Claim> found(keys.size(), {.state = ClaimState::kInFlight});
  OMNI_RETURN_IF_ERROR(
      store_->Begin({.keys = keys, .now = now, .lease = lease}, {found.data(), found.size()}));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Claim& claim = found[i];
    claims_[first + i] = {.state = claim.state,
                          .token = claim.token,
                          .fate = claim.state == ClaimState::kNew ? Fate::kOpen : Fate::kNotHeld};
  }
  return absl::OkStatus();
}

void Claims::Complete(std::size_t index, absl::Duration keep) {
  Claimed& claim = claims_[index];
  if (claim.fate != Fate::kOpen) return;
  claim.fate = Fate::kComplete;
  claim.keep = keep;
}

// As a rule all are kept equally long, and one call tells of all.
void Claims::Settle(const Clock& clock) {
  for (const Claimed& claim : claims_) {
    if (claim.fate != Fate::kComplete) continue;
    const absl::Duration keep = claim.keep;
    const auto held = Take(Fate::kComplete, keep);
    Warn(store_->Complete({.claims = held, .now = clock.Now(), .keep = keep}), "complete_failed",
         "the idempotency store did not complete a claim");
  }
}

void Claims::Abandon() {
  const auto held = Take(Fate::kOpen, absl::ZeroDuration());
  if (held.empty()) return;
  Warn(store_->Abandon({.claims = held}), "abandon_failed",
       "the idempotency store did not abandon a claim");
}

Claims::Few<IdempotencyStore::Held> Claims::Take(Fate fate, absl::Duration keep) {
  Few<IdempotencyStore::Held> held;
  for (std::size_t i = 0; i < claims_.size(); ++i) {
    Claimed& claim = claims_[i];
    if (claim.fate != fate || claim.keep != keep) continue;
    claim.fate = Fate::kNotHeld;
    held.push_back({.key = keys_[i], .token = claim.token});
  }
  return held;
}

void Claims::Warn(const absl::Status& status, std::string_view reason,
                  std::string_view message) const {
  if (!status.ok() && observer_ != nullptr) observer_->OnWarning(reason, message);
}

}  // namespace internal
}  // namespace omni::inline v0_1

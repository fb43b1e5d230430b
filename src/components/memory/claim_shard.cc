#include "components/memory/claim_shard.h"

#include <algorithm>

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// The millisecond that time is in, counted from 1970.
std::uint64_t MillisOf(absl::Time time) {
  return static_cast<std::uint64_t>(std::max(absl::ToUnixMillis(time), std::int64_t{0}));
}

/// The millisecond that begins then or next: what is kept until then is not forgotten early.
std::uint64_t MillisAfter(absl::Time time) {
  const std::uint64_t millis = MillisOf(time);
  return absl::FromUnixMillis(static_cast<std::int64_t>(millis)) < time ? millis + 1 : millis;
}

}  // namespace

bool ClaimShard::Begin(const Fingerprint& key, absl::Time now, absl::Duration lease, Claim& claim) {
  const std::uint64_t millis = MillisOf(now);
  if (done_.Contains(key, millis)) {
    claim.state = ClaimState::kDone;
    return true;
  }
  const auto [flight, added] = in_flight_.try_emplace(key);
  if (!added && flight->second.lease_end > now) {
    claim.state = ClaimState::kInFlight;
    return true;
  }
  flight->second = {next_token_, now + lease};
  claim = {ClaimState::kNew, next_token_};
  next_token_ += options_.token_step;
  if (!added) return true;
  if (in_flight_.size() >= drop_at_ || in_flight_.size() > options_.max_keys) DropVoid(now);
  if (in_flight_.size() > options_.max_keys) {
    in_flight_.erase(key);
    return false;
  }
  done_.Shrink(options_.max_keys - in_flight_.size(), millis);
  return true;
}

void ClaimShard::Complete(const Fingerprint& key, std::uint64_t token, absl::Time now,
                          absl::Duration keep) {
  const std::uint64_t millis = MillisOf(now);
  const auto flight = in_flight_.find(key);
  const bool held = flight != in_flight_.end() && flight->second.token == token;
  if (!held) {
    // The lease ran out, and perhaps somebody else has come since.
    if (flight != in_flight_.end() && flight->second.lease_end > now) return;
    if (done_.Contains(key, millis)) return;
  }
  if (flight != in_flight_.end()) in_flight_.erase(flight);
  const std::size_t room = options_.max_keys - std::min(in_flight_.size(), options_.max_keys);
  done_.Shrink(room > 0 ? room - 1 : 0, millis);
  done_.Add(key, MillisAfter(now + keep), millis);
}

void ClaimShard::Abandon(const Fingerprint& key, std::uint64_t token) {
  const auto flight = in_flight_.find(key);
  if (flight != in_flight_.end() && flight->second.token == token) in_flight_.erase(flight);
}

// Holders end their claims; only those of one that died are found here. Once a second is often
// enough for a store that is full of claims.
void ClaimShard::DropVoid(absl::Time now) {
  const std::uint64_t second = MillisOf(now) / 1000;
  if (second == dropped_) return;
  dropped_ = second;
  absl::erase_if(in_flight_, [now](const auto& each) { return each.second.lease_end <= now; });
  drop_at_ = std::max<std::size_t>(64, 2 * in_flight_.size());
}

}  // namespace internal
}  // namespace omni::inline v0_1

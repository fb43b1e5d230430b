#include "components/memory/claim_shard.h"

#include <algorithm>

namespace omni::inline v0_1 {
namespace internal {
namespace {

// A token, from its highest bits on: the claim's number, its place, its shard.
constexpr int kPlaceBits = 24;
constexpr std::uint64_t kPlaces = std::uint64_t{1} << kPlaceBits;

}  // namespace

ClaimShard::ClaimShard(const Options& options)
    : options_(options),
      max_flights_(std::min<std::size_t>(options.max_keys, kPlaces)),
      done_(options.max_keys) {}

bool ClaimShard::Begin(const Fingerprint& key, std::uint64_t now, std::uint64_t lease_end,
                       Claim& claim) {
  if (done_.Contains(key, now)) {
    claim.state = ClaimState::kDone;
    return true;
  }
  if (const auto found = in_flight_.find(key); found != in_flight_.end()) {
    Flight& flight = flights_[found->second];
    if (flight.lease_end > now) {
      claim.state = ClaimState::kInFlight;
      return true;
    }
    Drop(flight);
  }
  if (in_flight_.size() >= std::min(drop_at_, max_flights_)) DropVoid(now);
  if (in_flight_.size() >= max_flights_) return false;
  const Place place = TakePlace();
  in_flight_.emplace(key, place);
  claim = {ClaimState::kNew, MakeToken(place)};
  flights_[place] = {key, claim.token, lease_end};
  done_.Shrink(options_.max_keys - in_flight_.size(), now);
  return true;
}

bool ClaimShard::Complete(std::uint64_t token, std::uint64_t now, std::uint64_t expires) {
  Flight* const flight = Find(token);
  if (flight == nullptr) return false;
  const Fingerprint key = flight->key;
  Drop(*flight);
  AddDone(key, now, expires);
  return true;
}

void ClaimShard::CompleteLate(const Fingerprint& key, std::uint64_t now, std::uint64_t expires) {
  if (const auto found = in_flight_.find(key); found != in_flight_.end()) {
    Flight& flight = flights_[found->second];
    if (flight.lease_end > now) return;
    Drop(flight);
  }
  if (!done_.Contains(key, now)) AddDone(key, now, expires);
}

void ClaimShard::Abandon(std::uint64_t token) {
  if (Flight* const flight = Find(token)) Drop(*flight);
}

std::uint64_t ClaimShard::MakeToken(Place place) {
  return ((++last_number_ << kPlaceBits | place) << options_.index_bits) | options_.index;
}

ClaimShard::Flight* ClaimShard::Find(std::uint64_t token) {
  const std::size_t place = (token >> options_.index_bits) & (kPlaces - 1);
  return place < flights_.size() && flights_[place].token == token ? &flights_[place] : nullptr;
}

ClaimShard::Place ClaimShard::TakePlace() {
  if (free_.empty()) {
    free_.push_back(static_cast<Place>(flights_.size()));
    flights_.emplace_back();
  }
  const Place place = free_.back();
  free_.pop_back();
  return place;
}

void ClaimShard::Drop(Flight& flight) {
  in_flight_.erase(flight.key);
  flight.token = 0;
  free_.push_back(static_cast<Place>(&flight - flights_.data()));
}

// Holders end their claims; only those of one that died are found here. Once a second is often
// enough for a store that is full of claims.
void ClaimShard::DropVoid(std::uint64_t now) {
  if (now / 1000 == dropped_) return;
  dropped_ = now / 1000;
  for (Flight& flight : flights_) {
    if (flight.token != 0 && flight.lease_end <= now) Drop(flight);
  }
  drop_at_ = std::max<std::size_t>(64, 2 * in_flight_.size());
}

void ClaimShard::AddDone(const Fingerprint& key, std::uint64_t now, std::uint64_t expires) {
  const std::size_t room = options_.max_keys - std::min(in_flight_.size(), options_.max_keys);
  done_.Shrink(room > 0 ? room - 1 : 0, now);
  done_.Add(key, expires, now);
}

}  // namespace internal
}  // namespace omni::inline v0_1

#include "components/memory/claim_shard.h"

#include <algorithm>
#include <utility>

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
      lists_(16, kNowhere),
      done_(options.max_keys) {}

bool ClaimShard::Begin(const Fingerprint& key, std::uint64_t now, std::uint64_t lease_end,
                       Claim& claim) {
  done_.Tend(now);
  if (Flight* const flight = Find(key)) {
    if (flight->lease_end > now) {
      claim.state = ClaimState::kInFlight;
      return true;
    }
    Drop(*flight);
  }
  if (done_.Contains(key, now)) {
    claim.state = ClaimState::kDone;
    return true;
  }
  if (in_flight_ >= std::min(drop_at_, max_flights_)) DropVoid(now);
  if (in_flight_ >= max_flights_) return false;
  const Place place = Add(key);
  claim = {ClaimState::kNew, MakeToken(place)};
  flights_[place].token = claim.token;
  flights_[place].lease_end = lease_end;
  ++in_flight_;
  done_.Shrink(Room(), now);
  return true;
}

bool ClaimShard::Complete(std::uint64_t token, std::uint64_t now, std::uint64_t expires) {
  Flight* const flight = Find(token);
  if (flight == nullptr) return false;
  const Fingerprint key = flight->key;
  // It was counted as a claim: there is room.
  Drop(*flight);
  done_.Add(key, expires, now);
  return true;
}

void ClaimShard::CompleteLate(const Fingerprint& key, std::uint64_t now, std::uint64_t expires) {
  if (Flight* const flight = Find(key)) {
    if (flight->lease_end > now) return;
    Drop(*flight);
  }
  if (done_.Contains(key, now)) return;
  done_.Shrink(std::max<std::size_t>(Room(), 1) - 1, now);
  done_.Add(key, expires, now);
}

void ClaimShard::Abandon(std::uint64_t token) {
  if (Flight* const flight = Find(token)) Drop(*flight);
}

std::uint64_t ClaimShard::MakeToken(Place place) {
  return ((++last_number_ << kPlaceBits | place) << options_.index_bits) | options_.index;
}

ClaimShard::Flight* ClaimShard::Find(std::uint64_t token) {
  const std::size_t place = (token >> options_.index_bits) & (kPlaces - 1);
  // 0 is no token.
  return place < flights_.size() && flights_[place].token == token && token != 0 ? &flights_[place]
                                                                                 : nullptr;
}

ClaimShard::Flight* ClaimShard::Find(const Fingerprint& key) {
  for (Place at = ListOf(key); at != kNowhere; at = flights_[at].next) {
    if (flights_[at].key == key) return &flights_[at];
  }
  return nullptr;
}

ClaimShard::Place ClaimShard::Add(const Fingerprint& key) {
  if (free_ == kNowhere) {
    free_ = static_cast<Place>(flights_.size());
    flights_.emplace_back();
    if (flights_.size() > lists_.size()) Grow();
  }
  const Place place = free_;
  Flight& flight = flights_[place];
  free_ = flight.next;
  flight.key = key;
  flight.next = std::exchange(ListOf(key), place);
  return place;
}

// Each place is in use but the last, which has just been added.
void ClaimShard::Grow() {
  lists_.assign(2 * lists_.size(), kNowhere);
  for (Place place = 0; place != free_; ++place) {
    flights_[place].next = std::exchange(ListOf(flights_[place].key), place);
  }
}

void ClaimShard::Remove(Flight& flight) {
  const Place place = PlaceOf(flight);
  Place* at = &ListOf(flight.key);
  while (*at != place) at = &flights_[*at].next;
  *at = flight.next;
  flight.next = std::exchange(free_, place);
}

void ClaimShard::Drop(Flight& flight) {
  Remove(flight);
  flight.token = 0;
  --in_flight_;
}

// Holders end their claims; only those of one that died are found here. Once a second is often
// enough for a store that is full of claims.
void ClaimShard::DropVoid(std::uint64_t now) {
  if (now / 1000 == dropped_) return;
  dropped_ = now / 1000;
  for (Flight& flight : flights_) {
    if (flight.token != 0 && flight.lease_end <= now) Drop(flight);
  }
  drop_at_ = std::max<std::size_t>(64, 2 * in_flight_);
}

}  // namespace internal
}  // namespace omni::inline v0_1

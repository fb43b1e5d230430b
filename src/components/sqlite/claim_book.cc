#include "components/sqlite/claim_book.h"

#include "base/status_macros.h"

namespace omni::inline v0_1 {
namespace internal {

// The lock is held while the file is asked, which only known keys need: else a claim could end, and
// its key become known, after the file was asked and before the claim is looked for.
absl::StatusOr<std::vector<Claim>> ClaimBook::Begin(const IdempotencyStore::BeginParams& params,
                                                    std::size_t max_claims, IsDone is_done) {
  std::vector<Claim> claims;
  claims.reserve(params.keys.size());
  MutexLock lock(mutex_);
  std::size_t fresh = 0;
  for (const std::string& key : params.keys) {
    OMNI_ASSIGN_OR_RETURN(const ClaimState state, StateOf(key, params.now, is_done));
    claims.push_back({.state = state});
    if (state == ClaimState::kNew) ++fresh;
  }
  if (!HasRoom(fresh, max_claims, params.now)) {
    return absl::UnavailableError("too many claims are in flight");
  }
  for (std::size_t i = 0; i < claims.size(); ++i) {
    if (claims[i].state != ClaimState::kNew) continue;
    claims[i].token = ++last_token_;
    open_[params.keys[i]] = {.token = claims[i].token, .expires = params.now + params.lease};
  }
  return claims;
}

absl::StatusOr<ClaimState> ClaimBook::StateOf(const std::string& key, absl::Time now,
                                              IsDone is_done) const {
  const auto claim = open_.find(key);
  const bool is_claimed = claim != open_.end() && claim->second.expires > now;
  if (is_claimed && claim->second.is_done) return ClaimState::kDone;
  OMNI_ASSIGN_OR_RETURN(const bool done, is_done(key));
  if (done) return ClaimState::kDone;
  return is_claimed ? ClaimState::kInFlight : ClaimState::kNew;
}

bool ClaimBook::HasRoom(std::size_t fresh, std::size_t max_claims, absl::Time now) {
  if (open_.size() + fresh <= max_claims) return true;
  absl::erase_if(open_, [now](const auto& claim) {
    return claim.second.expires <= now && !claim.second.is_done;
  });
  return open_.size() + fresh <= max_claims;
}

void ClaimBook::Learn(const std::string& key, absl::Time known_until) {
  MutexLock lock(mutex_);
  if (const auto open = open_.find(key); open != open_.end()) {
    open->second.known_until = known_until;
  }
}

std::vector<IdempotencyStore::Held> ClaimBook::Complete(
    std::span<const IdempotencyStore::Held> claims, absl::Time expires) {
  std::vector<IdempotencyStore::Held> done;
  done.reserve(claims.size());
  MutexLock lock(mutex_);
  for (const IdempotencyStore::Held& held : claims) {
    if (held.key.empty()) continue;
    const auto [open, is_new] = open_.try_emplace(held.key);
    if (!is_new && open->second.token != held.token) continue;
    if (open->second.known_until + kCloseEnough >= expires) {
      open_.erase(open);
      continue;
    }
    open->second = {.token = held.token, .expires = expires, .is_done = true};
    done.push_back(held);
  }
  return done;
}

void ClaimBook::End(std::span<const IdempotencyStore::Held> claims, bool done) {
  MutexLock lock(mutex_);
  for (const IdempotencyStore::Held& held : claims) {
    const auto open = open_.find(held.key);
    if (open == open_.end()) continue;
    if (open->second.token == held.token && open->second.is_done == done) open_.erase(open);
  }
}

}  // namespace internal
}  // namespace omni::inline v0_1

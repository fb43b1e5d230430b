#include "components/sqlite/claim_book.h"

#include "base/absl_bridge.h"
#include "base/status_macros.h"

namespace omni::inline v0_1 {
namespace internal {

// The lock is held while the file is asked, which only known keys need: else a claim could end, and
// its key become known, after the file was asked and before the claim is looked for.
absl::Status ClaimBook::Begin(const IdempotencyStore::BeginParams& params, std::size_t max_claims,
                              IsDone is_done, std::span<Claim> claims) {
  MutexLock lock(mutex_);
  std::size_t fresh = 0;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    OMNI_ASSIGN_OR_RETURN(const ClaimState state, StateOf(params.keys[i], params.now, is_done));
    claims[i] = {.state = state};
    if (state == ClaimState::kNew) ++fresh;
  }
  if (!HasRoom(fresh, max_claims, params.now)) {
    return absl::UnavailableError("too many claims are in flight");
  }
  for (std::size_t i = 0; i < claims.size(); ++i) {
    if (claims[i].state != ClaimState::kNew) continue;
    claims[i].token = ++last_token_;
    open_[ToAbsl(params.keys[i])] = {.token = claims[i].token,
                                     .expires = params.now + params.lease};
  }
  return absl::OkStatus();
}

absl::StatusOr<ClaimState> ClaimBook::StateOf(std::string_view key, absl::Time now,
                                              IsDone is_done) const {
  const auto claim = open_.find(ToAbsl(key));
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

void ClaimBook::Learn(std::string_view key, absl::Time known_until) {
  MutexLock lock(mutex_);
  if (const auto open = open_.find(ToAbsl(key)); open != open_.end()) {
    open->second.known_until = known_until;
  }
}

std::vector<ClaimBook::Done> ClaimBook::Complete(std::span<const IdempotencyStore::Held> claims,
                                                 absl::Time expires) {
  std::vector<Done> done;
  done.reserve(claims.size());
  MutexLock lock(mutex_);
  for (const IdempotencyStore::Held& held : claims) {
    if (held.key.empty()) continue;
    const auto [open, is_new] = open_.try_emplace(ToAbsl(held.key));
    if (!is_new && open->second.token != held.token) continue;
    if (open->second.known_until + kCloseEnough >= expires) {
      open_.erase(open);
      continue;
    }
    open->second = {.token = held.token, .expires = expires, .is_done = true};
    done.push_back({.key = open->first, .token = held.token});
  }
  return done;
}

void ClaimBook::EndDone(std::span<const Done> claims) {
  MutexLock lock(mutex_);
  for (const Done& done : claims) End(done.key, done.token, true);
}

void ClaimBook::Abandon(std::span<const IdempotencyStore::Held> claims) {
  MutexLock lock(mutex_);
  for (const IdempotencyStore::Held& held : claims) End(held.key, held.token, false);
}

void ClaimBook::End(std::string_view key, std::uint64_t token, bool done) {
  const auto open = open_.find(ToAbsl(key));
  if (open == open_.end()) return;
  if (open->second.token == token && open->second.is_done == done) open_.erase(open);
}

}  // namespace internal
}  // namespace omni::inline v0_1

#include "gateway/plan.h"

#include "base/absl_bridge.h"

namespace omni::inline v0_1 {
namespace internal {

bool Channel::InShadow(absl::Time now) const {
  switch (config.mode) {
    case VerifyMode::kEnforce:
      return false;
    case VerifyMode::kShadow:
      return true;
    case VerifyMode::kEnforceAfter:
      return now < config.enforce_after;
  }
  return false;
}

void Endpoint::Prefetch() const {
  const auto* channel = reinterpret_cast<const char*>(first_channel);
  __builtin_prefetch(groups.front().get());
  __builtin_prefetch(channel);
  __builtin_prefetch(channel + kCacheLine);
}

const Channel* VerificationGroup::ChannelFor(std::string_view account) const {
  if (by_account.empty()) return any_account;
  const auto found = by_account.find(ToAbsl(account));
  return found == by_account.end() ? any_account : found->second;
}

}  // namespace internal
}  // namespace omni::inline v0_1

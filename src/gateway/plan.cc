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

const Channel* VerificationGroup::ChannelFor(std::string_view account) const {
  const auto found = by_account.find(ToAbsl(account));
  return found == by_account.end() ? any_account : found->second;
}

}  // namespace internal
}  // namespace omni::inline v0_1

#include "gateway/other_groups.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/absl_bridge.h"

namespace omni::inline v0_1 {
namespace internal {

const Channel* OtherGroups::Find(const FindParams& params) {
  const Endpoint& endpoint = params.request.endpoint;
  // Who names the account comes before who takes all.
  const auto named = endpoint.by_claim.find(ToAbsl(params.account));
  if (named != endpoint.by_claim.end() && named->second != &params.own) {
    const Channel* const channel = named->second->ChannelFor(params.account);
    if (channel != nullptr && Proves(*named->second, params)) return channel;
  }
  if (params.found != nullptr) return params.found;
  for (const auto& group : endpoint.groups) {
    if (group.get() == &params.own || group->any_account == nullptr) continue;
    if (Proves(*group, params)) return group->any_account;
  }
  return nullptr;
}

bool OtherGroups::Proves(const VerificationGroup& group, const FindParams& params) {
  auto answer = std::find_if(answers_.begin(), answers_.end(),
                             [&group](const Answer& given) { return given.group == &group; });
  if (answer == answers_.end()) {
    Verdict verdict = AuthenticateFor(group, params.request);
    answers_.push_back({.group = &group,
                        .proves = verdict.authentication == Authentication::kVerified,
                        .bound_account = std::move(verdict.bound_account)});
    answer = std::prev(answers_.end());
  }
  return answer->proves &&
         (answer->bound_account.empty() || answer->bound_account == params.account);
}

}  // namespace internal
}  // namespace omni::inline v0_1

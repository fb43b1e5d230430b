#include "gateway/forwards.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/errors.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::string_view kForwardedHeader = "X-Omni-Forwarded";
constexpr std::size_t kKeyHashLength = 32;

/// The same for every delivery of the same body to the same place.
std::string ForwardKey(const Channel& channel, std::string_view target, std::string_view body) {
  std::string key(channel.adapter->info().name);
  key.append(":").append(channel.config.tenant).append(":forward:");
  key.append(HexEncode(AsView(Sha256(target))), 0, kKeyHashLength).append(":");
  return key.append(HexEncode(AsView(Sha256(body))), 0, kKeyHashLength);
}

}  // namespace

const Forwards::Decision* Forwards::Find(const Channel& channel, std::string_view account) const {
  const auto found = std::find_if(decisions_.begin(), decisions_.end(), [&](const Decision& made) {
    return made.channel == &channel && made.account == account;
  });
  return found == decisions_.end() ? nullptr : &*found;
}

absl::StatusOr<bool> Forwards::Takes(const Channel& channel, const std::string& account) {
  const AdapterInfo& info = channel.adapter->info();
  if (core_.mappings == nullptr || !info.forwards_accounts || account.empty()) return false;
  if (const Decision* made = Find(channel, account)) return made->taken;
  auto mapping =
      core_.mappings->Find({.tenant = channel.config.tenant, .carrier = info.name}, account);
  if (!mapping.ok()) {
    return TryAgainError("the account mappings are unavailable", "mappings_unavailable",
                         core_.options.retry_after);
  }
  Decision decision{.channel = &channel, .account = account};
  if (*mapping && (*mapping)->enabled) {
    if (request_.headers.Find(kForwardedHeader)) return ForwardedTwiceError();
    decision.taken = true;
    decision.mapping = **std::move(mapping);
  }
  return decisions_.emplace_back(std::move(decision)).taken;
}

std::vector<FollowUp> Forwards::MakeFollowUps(Claims& claims) const {
  std::vector<FollowUp> follow_ups;
  std::vector<std::string_view> targets;
  for (const Decision& decision : decisions_) {
    const std::string_view target = decision.mapping.target_url;
    if (!decision.taken || std::find(targets.begin(), targets.end(), target) != targets.end()) {
      continue;
    }
    targets.push_back(target);
    HttpRequest request =
        decision.channel->adapter->BuildForward({.request = request_, .mapping = decision.mapping});
    request.headers.Set(kForwardedHeader, "1");
    follow_ups.push_back(
        {.request = std::move(request),
         .claim = claims.Add(ForwardKey(*decision.channel, target, request_.body))});
  }
  return follow_ups;
}

}  // namespace internal
}  // namespace omni::inline v0_1

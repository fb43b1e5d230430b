#include "gateway/forwards.h"

#include <optional>
#include <string_view>

#include "base/absl_bridge.h"
#include "gateway/errors.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::string_view kForwardedHeader = "X-Omni-Forwarded";
constexpr std::size_t kKeyHashLength = 32;

std::string HashOf(std::string_view text) {
  return HexEncode(AsView(Sha256(text))).substr(0, kKeyHashLength);
}

}  // namespace

bool Forwards::WasForwardedHere() const {
  return request_.headers.Find(kForwardedHeader).has_value();
}

std::optional<bool> Forwards::Decided(const Channel& channel, std::string_view account) const {
  if (last_.channel == &channel && last_.account == account) return last_.taken;
  const auto found = decisions_.find({&channel, ToAbsl(account)});
  return found == decisions_.end() ? std::nullopt : std::optional(found->second);
}

void Forwards::Decide(const Decision& decision) {
  if (last_.channel != nullptr) {
    decisions_.emplace(std::pair(last_.channel, ToAbsl(last_.account)), last_.taken);
  }
  last_ = decision;
}

absl::StatusOr<bool> Forwards::Takes(const Channel& channel, const std::string& account) {
  const AdapterInfo& info = channel.adapter->info();
  if (core_.mappings == nullptr || !info.forwards_accounts || account.empty()) return false;
  if (const std::optional<bool> decided = Decided(channel, account)) return *decided;
  auto mapping =
      core_.mappings->Find({.tenant = channel.config.tenant, .carrier = info.name}, account);
  if (!mapping.ok()) {
    return TryAgainError("the account mappings are unavailable", "mappings_unavailable",
                         core_.options.retry_after);
  }
  const bool taken = *mapping && (*mapping)->enabled;
  Decide({.channel = &channel, .account = account, .taken = taken});
  if (!taken) return false;
  if (WasForwardedHere()) return ForwardedTwiceError();
  if (urls_.insert((*mapping)->target_url).second) {
    targets_.push_back({.channel = &channel, .mapping = **std::move(mapping)});
  }
  return true;
}

// The same for every delivery of the same body to the same place.
void Forwards::AddKeys(Claims& claims) {
  if (targets_.empty()) return;
  const std::string body = HashOf(request_.body);
  for (Target& target : targets_) {
    std::string key(target.channel->adapter->info().name);
    key.append(":").append(target.channel->config.tenant).append(":forward:");
    key.append(HashOf(target.mapping.target_url)).append(":").append(body);
    target.claim = claims.Add(key);
  }
}

HttpRequest Forwards::MakeRequest(const Target& target) const {
  HttpRequest request =
      target.channel->adapter->BuildForward({.request = request_, .mapping = target.mapping});
  request.headers.Set(kForwardedHeader, "1");
  return request;
}

}  // namespace internal
}  // namespace omni::inline v0_1

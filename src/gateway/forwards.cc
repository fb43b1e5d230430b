#include "gateway/forwards.h"

#include <optional>
#include <string_view>

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

absl::StatusOr<bool> Forwards::Takes(const Channel& channel, const std::string& account) {
  const AdapterInfo& info = channel.adapter->info();
  if (core_.mappings == nullptr || !info.forwards_accounts || account.empty()) return false;
  const std::pair decision(&channel, account);
  if (const auto made = decisions_.find(decision); made != decisions_.end()) return made->second;
  auto mapping =
      core_.mappings->Find({.tenant = channel.config.tenant, .carrier = info.name}, account);
  if (!mapping.ok()) {
    return TryAgainError("the account mappings are unavailable", "mappings_unavailable",
                         core_.options.retry_after);
  }
  const bool taken = *mapping && (*mapping)->enabled;
  decisions_.emplace(decision, taken);
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

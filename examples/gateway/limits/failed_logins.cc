#include "limits/failed_logins.h"

#include <algorithm>
#include <cstddef>

#include "limits/rate_limited.h"

namespace host {
namespace {

constexpr std::size_t kMappedBytes = 12;  // of an IPv4 address in its IPv6 form
constexpr std::size_t kNetworkBytes = 8;  // what a provider gives to one customer

bool IsIpv4(const omni::IpAddress& address) {
  return std::all_of(address.bytes.begin(), address.bytes.begin() + kMappedBytes - 2,
                     [](std::uint8_t byte) { return byte == 0; }) &&
         address.bytes[kMappedBytes - 2] == 0xff && address.bytes[kMappedBytes - 1] == 0xff;
}

}  // namespace

std::string GuesserOf(const omni::WebhookRequest& request, const omni::CidrSet& trusted_proxies) {
  auto client = omni::ClientAddress(request, trusted_proxies);
  if (!client) return "unknown";
  if (!IsIpv4(*client)) {
    std::fill(client->bytes.begin() + kNetworkBytes, client->bytes.end(), std::uint8_t{0});
  }
  return client->ToString();
}

void FailedLogins::Configure(const FailureLimit& limit) {
  MutexLock lock(mutex_);
  limit_ = limit;
}

absl::Status FailedLogins::Begin(const std::string& guesser, absl::Time now) {
  MutexLock lock(mutex_);
  TokenBucket& bucket = origins_.Of(guesser, static_cast<std::size_t>(limit_.max_origins));
  const absl::Duration wait = bucket.Take(
      {.per_second = limit_.per_minute / 60, .burst = static_cast<double>(limit_.burst)}, now);
  if (wait <= absl::ZeroDuration()) return absl::OkStatus();
  return RateLimited("too many wrong tokens came from this address", "failed_logins", wait);
}

void FailedLogins::Succeed(const std::string& guesser) {
  MutexLock lock(mutex_);
  origins_.Of(guesser, static_cast<std::size_t>(limit_.max_origins)).GiveBack();
}

}  // namespace host

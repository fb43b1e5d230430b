#include "limits/limits.h"

#include "limits/rate_limited.h"

namespace host {

void Limits::Configure(const LimitsConfig& config) {
  MutexLock lock(mutex_);
  config_ = config;
  limits_origins_ = config.per_origin.has_value();
  limits_tenants_ = config.per_tenant.has_value();
}

absl::Status Limits::AdmitArrival(const ArrivalParams& params) {
  if (!limits_origins_) return absl::OkStatus();
  MutexLock lock(mutex_);
  if (!config_.per_origin) return absl::OkStatus();
  const OriginLimit& limit = *config_.per_origin;
  TokenBucket& bucket = origins_.Of(params.client, static_cast<std::size_t>(limit.max_origins));
  const absl::Duration wait = bucket.Take(
      {.per_second = limit.requests_per_second, .burst = static_cast<double>(limit.burst)},
      params.now);
  if (wait <= absl::ZeroDuration()) return absl::OkStatus();
  return RateLimited("too many requests from this address", "origin_rate", wait);
}

absl::Status Limits::AdmitProved(const ProvedParams& params) {
  if (!limits_tenants_) return absl::OkStatus();
  TenantLimit limit;
  {
    MutexLock lock(mutex_);
    if (!config_.per_tenant) return absl::OkStatus();
    limit = *config_.per_tenant;
    auto bucket = tenants_.find(params.tenant);
    if (bucket == tenants_.end()) bucket = tenants_.try_emplace(std::string(params.tenant)).first;
    const absl::Duration wait = bucket->second.Take(
        {.per_second = limit.requests_per_second, .burst = static_cast<double>(limit.burst)},
        params.now);
    if (wait > absl::ZeroDuration()) {
      return RateLimited("too many requests for this tenant", "tenant_rate", wait);
    }
  }
  if (limit.monthly_quota == 0) return absl::OkStatus();
  const absl::Duration wait = quotas_.Take(params.tenant, limit.monthly_quota, params.now);
  if (wait <= absl::ZeroDuration()) return absl::OkStatus();
  return RateLimited("this tenant's quota of the month is used up", "quota_used_up", wait);
}

}  // namespace host

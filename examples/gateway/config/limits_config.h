/// \file
/// What a configuration says of rate limits and quotas.
#pragma once

#include <cstdint>
#include <optional>

namespace host {

/// How many requests one tenant may have proved.
struct TenantLimit {
  double requests_per_second = 10;
  std::int64_t burst = 20;
  std::int64_t monthly_quota = 50'000;  ///< by the calendar, in UTC; 0: none
  friend bool operator==(const TenantLimit&, const TenantLimit&) = default;
};
/// How many requests may come from one address.
struct OriginLimit {
  double requests_per_second = 10;
  std::int64_t burst = 20;
  std::int64_t max_origins = 100'000;  ///< beyond this those silent longest are forgotten
  friend bool operator==(const OriginLimit&, const OriginLimit&) = default;
};
/// How many wrong tokens of an administrator may come from one address.
struct FailureLimit {
  double per_minute = 60;
  std::int64_t burst = 100;
  std::int64_t max_origins = 10'000;  ///< as OriginLimit's
  friend bool operator==(const FailureLimit&, const FailureLimit&) = default;
};
struct LimitsConfig {
  std::optional<TenantLimit> per_tenant = {};  ///< off unless it is there
  std::optional<OriginLimit> per_origin = {};  ///< as well
  FailureLimit admin_failures = {};
  friend bool operator==(const LimitsConfig&, const LimitsConfig&) = default;
};

}  // namespace host

/// \file
/// Rate limits and quotas, as the configuration asks for them.
#pragma once

#include <atomic>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "config/limits_config.h"
#include "limits/origin_buckets.h"
#include "limits/quota_book.h"
#include "limits/token_bucket.h"
#include "omni/ports/admission.h"

namespace host {

/// What was counted outlasts a change of the configuration.
///
/// Thread safety: thread-safe.
class Limits final : public omni::Admission {
 public:
  /// `quota_file`: where quotas outlast the process; empty: nowhere.
  explicit Limits(std::string quota_file) : quotas_(std::move(quota_file)) {}

  void Configure(const LimitsConfig& config);
  /// Keeps what was counted. Errors: Unavailable.
  absl::Status Save() { return quotas_.Save(); }

  absl::Status AdmitArrival(const ArrivalParams& params) override;
  absl::Status AdmitProved(const ProvedParams& params) override;

 private:
  QuotaBook quotas_;
  // Where there is no limit, nobody waits for the lock to be told so.
  std::atomic<bool> limits_origins_ = false;
  std::atomic<bool> limits_tenants_ = false;
  Mutex mutex_;
  LimitsConfig config_ HOST_GUARDED_BY(mutex_);
  OriginBuckets origins_ HOST_GUARDED_BY(mutex_);
  std::map<std::string, TokenBucket, std::less<>> tenants_ HOST_GUARDED_BY(mutex_);
};

}  // namespace host

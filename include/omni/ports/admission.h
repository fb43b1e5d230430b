/// \file
/// Who is served now: rate limits and quotas.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "omni/export.h"

namespace omni::inline v0_1 {

/// Asked twice for each request: when it arrives, by whom it comes from, and again once it is
/// proved, by whose it is. So a stranger uses up nobody's quota. A refusal is the answer:
/// ResourceExhausted is a 429 `RATE_LIMITED`, whose detail says when to come again.
///
/// Thread safety: thread-safe; must not block.
class OMNI_EXPORT Admission {
 public:
  virtual ~Admission();

  struct ArrivalParams {
    std::string_view client = {};  ///< its address, behind trusted proxies
    absl::Time now = absl::InfinitePast();
  };
  /// Before anything of the request is looked at but its size. Not asked where the client's address
  /// cannot be told.
  [[nodiscard]] virtual absl::Status AdmitArrival(const ArrivalParams& params) = 0;

  struct ProvedParams {
    std::string_view tenant = {};
    std::string_view channel = {};
    absl::Time now = absl::InfinitePast();
  };
  /// After VERIFY and before NORMALIZE; not for what is replayed.
  [[nodiscard]] virtual absl::Status AdmitProved(const ProvedParams& params) = 0;
};

}  // namespace omni::inline v0_1

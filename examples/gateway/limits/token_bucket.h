/// \file
/// A rate with a burst.
#pragma once

#include <algorithm>

#include "absl/time/time.h"

namespace host {

/// Begins full.
///
/// Thread safety: thread-compatible.
class TokenBucket {
 public:
  struct Rate {
    double per_second = 10;
    double burst = 20;
  };

  /// Takes a token and gives zero; where there is none, gives how long it will be until there is.
  [[nodiscard]] absl::Duration Take(const Rate& rate, absl::Time now) {
    if (last_ == absl::InfinitePast()) {
      tokens_ = rate.burst;
    } else if (now > last_) {  // a clock that was set back gives nothing and takes nothing
      tokens_ += absl::ToDoubleSeconds(now - last_) * rate.per_second;
    }
    last_ = now;
    tokens_ = std::min(tokens_, rate.burst);
    if (tokens_ < 1) return absl::Seconds((1 - tokens_) / rate.per_second);
    tokens_ -= 1;
    return absl::ZeroDuration();
  }

  /// A token that was taken for nothing. It does not fill the bucket beyond its burst.
  void GiveBack() { tokens_ += 1; }

 private:
  double tokens_ = 0;
  absl::Time last_ = absl::InfinitePast();
};

}  // namespace host

/// \file
/// A bucket for each address, of as many addresses as there is room for.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "limits/token_bucket.h"

namespace host {

/// When it is full, the address is forgotten that was silent longest; a flood from ever new
/// addresses costs no more memory than that.
///
/// Thread safety: thread-compatible.
class OriginBuckets {
 public:
  /// The bucket of that address. Lifetime: until the next call.
  [[nodiscard]] TokenBucket& Of(std::string_view origin, std::size_t max_origins) {
    if (const auto found = places_.find(origin); found != places_.end()) {
      buckets_.splice(buckets_.begin(), buckets_, found->second);
      return found->second->second;
    }
    while (!buckets_.empty() && buckets_.size() >= max_origins) {
      places_.erase(buckets_.back().first);
      buckets_.pop_back();
    }
    buckets_.emplace_front(origin, TokenBucket());
    places_.emplace(buckets_.front().first, buckets_.begin());
    return buckets_.front().second;
  }
  [[nodiscard]] std::size_t size() const { return buckets_.size(); }

 private:
  using Buckets = std::list<std::pair<std::string, TokenBucket>>;
  Buckets buckets_;                                                 ///< whoever came last is first
  std::unordered_map<std::string_view, Buckets::iterator> places_;  ///< views into `buckets_`
};

}  // namespace host

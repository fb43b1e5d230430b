/// \file
/// A bounded table that forgets what was not asked for lately.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/absl_bridge.h"

namespace omni::inline v0_1 {
namespace internal {

/// Two maps, each of at most half the bound. What is put or found goes into the young one; when
/// that is full it becomes the old one, and the old one is forgotten. No list to keep in order.
///
/// Thread safety: thread-compatible.
template <class Value>
class TwoGenerations {
 public:
  explicit TwoGenerations(std::size_t max_size) : max_young_(max_size < 2 ? 1 : max_size / 2) {}

  /// Lifetime of what is pointed to: until the next call.
  [[nodiscard]] Value* Find(std::string_view key) {
    if (const auto young = young_.find(ToAbsl(key)); young != young_.end()) return &young->second;
    const auto old = old_.find(ToAbsl(key));
    if (old == old_.end()) return nullptr;
    Value value = std::move(old->second);
    old_.erase(old);
    return &Put(key, std::move(value));
  }

  Value& Put(std::string_view key, Value value) {
    if (young_.size() >= max_young_ && !young_.contains(ToAbsl(key))) {
      old_ = std::exchange(young_, {});
    }
    old_.erase(ToAbsl(key));
    return young_.insert_or_assign(std::string(key), std::move(value)).first->second;
  }

  void Erase(std::string_view key) {
    young_.erase(ToAbsl(key));
    old_.erase(ToAbsl(key));
  }

 private:
  using Map = absl::flat_hash_map<std::string, Value>;

  const std::size_t max_young_;
  Map young_;
  Map old_;
};

}  // namespace internal
}  // namespace omni::inline v0_1

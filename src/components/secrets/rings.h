/// \file
/// Key rings out of what a provider found, and whether they say the same.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omni/key_ring.h"
#include "omni/secret.h"

namespace omni::inline v0_1 {
namespace internal {

/// Keys `name[0]`, `name[1]`, ... from secrets, newest first. `Secrets` is a list of anything that
/// is viewed as a string.
template <class Secrets>
[[nodiscard]] KeyRing MakeRing(std::string_view name, const Secrets& secrets) {
  KeyRing::Keys keys;
  keys.reserve(secrets.size());
  for (std::string_view secret : secrets) {
    std::string id = std::string(name) + "[" + std::to_string(keys.size()) + "]";
    keys.push_back(std::make_shared<const Key>(std::move(id), Secret(secret)));
  }
  return KeyRing(std::move(keys));
}

/// Whether both rings hold the same secrets under the same ids in the same order.
[[nodiscard]] bool SameSecrets(const KeyRing& a, const KeyRing& b);

/// What is remembered by: a reference and the purpose that it was looked up for.
[[nodiscard]] std::string MemoKey(std::string_view reference, std::string_view name);

}  // namespace internal
}  // namespace omni::inline v0_1

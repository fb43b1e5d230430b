/// \file
/// The stores behind adapters that have to remember, in memory: for tests, for trying omni out, for
/// a process that may forget. Nothing here survives the process. All of them are bounded.
#pragma once

#include <cstddef>
#include <memory>

#include "omni/export.h"
#include "omni/ports/fragment_store.h"

namespace omni::inline v0_1 {

/// How much may wait, counting what the store itself needs for it. What was handed out and not
/// removed may be as much again; beyond that parts are refused.
struct MemoryFragmentOptions {
  std::size_t max_bytes = std::size_t{64} << 20;
  std::size_t max_groups = 100'000;
  std::size_t max_bytes_per_tenant = std::size_t{16} << 20;
  std::size_t max_groups_per_tenant = 25'000;
  std::size_t max_owed = 100'000;  ///< groups gone incomplete whose late parts are known as such
};
[[nodiscard]] OMNI_EXPORT std::shared_ptr<FragmentStore> MakeMemoryFragmentStore(
    const MemoryFragmentOptions& options);

}  // namespace omni::inline v0_1

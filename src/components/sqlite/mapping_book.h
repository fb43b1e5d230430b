/// \file
/// Which accounts are mapped, in memory: whether it is worth asking the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "base/shared_mutex.h"
#include "omni/ports/mapping_store.h"

namespace omni::inline v0_1 {
namespace internal {

/// Hashes of the mappings' names. Of every webhook it is asked whether its account is mapped, most
/// are not, and to read that in the file would cost more than the rest of the question.
///
/// Thread safety: thread-safe; the writer alone changes it.
class MappingBook {
 public:
  /// Whether the file may have such a mapping.
  [[nodiscard]] bool MayKnow(const MappingStore::Scope& scope, std::string_view account) const;

  void Add(const MappingStore::Scope& scope, std::string_view account);
  void Remove(const MappingStore::Scope& scope, std::string_view account);

 private:
  mutable SharedMutex mutex_;
  absl::flat_hash_map<std::uint64_t, std::size_t> names_ OMNI_GUARDED_BY(mutex_);  ///< how many
};

}  // namespace internal
}  // namespace omni::inline v0_1

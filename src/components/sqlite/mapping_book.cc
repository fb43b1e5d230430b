#include "components/sqlite/mapping_book.h"

#include <tuple>

#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "base/absl_bridge.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

using Name = std::tuple<absl::string_view, absl::string_view, absl::string_view>;

std::uint64_t HashOf(const MappingStore::Scope& scope, std::string_view account) {
  return absl::Hash<Name>()({ToAbsl(scope.tenant), ToAbsl(scope.carrier), ToAbsl(account)});
}

}  // namespace

bool MappingBook::MayKnow(const MappingStore::Scope& scope, std::string_view account) const {
  ReaderLock lock(mutex_);
  return !names_.empty() && names_.contains(HashOf(scope, account));
}

void MappingBook::Add(const MappingStore::Scope& scope, std::string_view account) {
  WriterLock lock(mutex_);
  ++names_[HashOf(scope, account)];
}

void MappingBook::Remove(const MappingStore::Scope& scope, std::string_view account) {
  WriterLock lock(mutex_);
  const auto found = names_.find(HashOf(scope, account));
  if (found != names_.end() && --found->second == 0) names_.erase(found);
}

}  // namespace internal
}  // namespace omni::inline v0_1

/// \file
/// Which accounts' webhooks belong to another environment.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/export.h"
#include "omni/inquiry.h"

namespace omni::inline v0_1 {

/// Mappings by tenant, carrier and account.
///
/// Thread safety: thread-safe. Calls block for a bounded time; Find is made for every account of
/// every webhook, so put a slow store behind a cache.
class OMNI_EXPORT MappingStore {
 public:
  virtual ~MappingStore();

  /// Whose mappings.
  struct Scope {
    std::string_view tenant = {};
    std::string_view carrier = {};
  };

  /// The mapping, disabled ones too; nothing when there is none.
  [[nodiscard]] virtual absl::StatusOr<std::optional<AccountMapping>> Find(
      const Scope& scope, std::string_view account) = 0;

  /// The mapping as it is after the change.
  ///
  /// Errors: NotFound when there is none yet and the change gives no target; ResourceExhausted when
  /// there is no room for another.
  [[nodiscard]] virtual absl::StatusOr<AccountMapping> Change(const Scope& scope,
                                                              const MappingChange& change,
                                                              absl::Time now) = 0;

  /// The mapping as it was. Errors: NotFound.
  [[nodiscard]] virtual absl::StatusOr<AccountMapping> Remove(const Scope& scope,
                                                              std::string_view account) = 0;

  [[nodiscard]] virtual absl::StatusOr<MappingPage> List(const Scope& scope,
                                                         const MappingQuery& query) = 0;
};

}  // namespace omni::inline v0_1

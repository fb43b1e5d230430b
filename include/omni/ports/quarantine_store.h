/// \file
/// Where capsules wait for somebody to look at them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "omni/capsule.h"
#include "omni/export.h"

namespace omni::inline v0_1 {

/// Thread safety: thread-safe. Calls block for a bounded time.
class OMNI_EXPORT QuarantineStore {
 public:
  virtual ~QuarantineStore();

  /// Keeps the capsule durably. The same request for the same channel is kept once, however often
  /// the carrier repeats it.
  ///
  /// Errors: ResourceExhausted when there is no room.
  virtual absl::Status Put(const Capsule& capsule) = 0;

  /// Errors: NotFound.
  [[nodiscard]] virtual absl::StatusOr<Capsule> Get(std::string_view id) = 0;

  struct ListParams {
    std::string after = {};  ///< only capsules made after the one of this id
    std::size_t limit = 100;
  };
  /// Capsules, oldest first.
  [[nodiscard]] virtual absl::StatusOr<std::vector<Capsule>> List(const ListParams& params) = 0;

  /// Errors: NotFound.
  virtual absl::Status Remove(std::string_view id) = 0;
};

}  // namespace omni::inline v0_1

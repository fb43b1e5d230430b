/// \file
/// What the gateway writes into the fragment store for one part, and reads back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/event.h"

namespace omni::inline v0_1 {
namespace internal {

struct PartRecord {
  std::string channel = {};         ///< the configured channel's id
  std::string authentication = {};  ///< as in the queue's header; empty: proved
  std::string text = {};            ///< WTF-8, where the message's own text is not all
  Event event = {};
};

[[nodiscard]] std::string ToJson(const PartRecord& record);

/// Errors: InvalidArgument.
[[nodiscard]] absl::StatusOr<PartRecord> PartRecordFromJson(std::string_view json);

/// The message that the parts make, in their order: its id and key are those of the first part, its
/// time the earliest.
[[nodiscard]] Event JoinParts(std::vector<PartRecord> parts);

}  // namespace internal
}  // namespace omni::inline v0_1

/// \file
/// What the gateway writes into the fragment store for one part, and reads back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/event.h"
#include "omni/ports/observer.h"

namespace omni::inline v0_1 {
namespace internal {

struct PartRecord {
  std::string channel = {};         ///< the configured channel's id
  std::string queue = {};           ///< where the part would go by itself, should the channel be
  std::string group = {};           ///< gone when it leaves
  std::string authentication = {};  ///< the word for it
  std::string text = {};            ///< WTF-8, where the message's own text is not all
  Event event = {};
};

[[nodiscard]] std::string ToJson(PartRecord record);

/// Errors: InvalidArgument.
[[nodiscard]] absl::StatusOr<PartRecord> PartRecordFromJson(std::string_view json);

/// What the parts of one message have in common. Both parties, because senders count their
/// references by themselves; the width, because 201 of 8 bits and 201 of 16 bits are different
/// references; the authentication, because what is proved must not be joined with what is not.
[[nodiscard]] std::string FragmentKey(const Event& event, const MessagePart& part,
                                      Authentication authentication);

/// The same for a repetition of the part under another id.
[[nodiscard]] std::string ContentHash(const Event& event, const MessagePart& part);

/// The first part with the message that all of them make, in their order. Its id and key are those
/// of the first part, its time is the earliest. `parts` is not empty.
[[nodiscard]] PartRecord JoinParts(std::vector<PartRecord> parts);

}  // namespace internal
}  // namespace omni::inline v0_1

/// \file
/// What the events of a chat say.
#pragma once

#include <span>
#include <string_view>

#include "livechat_fields.h"
#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace livechat {

/// How an event of one type becomes a message.
struct ContentRow {
  std::string_view type = {};
  /// Reads the members that `known` names into `event.message`, which is there.
  void (*read)(JsonValue item, Event& event) = nullptr;
  std::span<const KnownMember> known = {};
};

/// The row of an event's type; null when such an event is no message.
[[nodiscard]] const ContentRow* FindContent(std::string_view type);

}  // namespace livechat
}  // namespace omni::inline v0_1

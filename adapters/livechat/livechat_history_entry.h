/// \file
/// What belongs in a chat's history.
#pragma once

#include <optional>

#include "omni/event.h"
#include "omni/inquiry.h"

namespace omni::inline v0_1 {
namespace livechat {

/// What `event` brings to its chat's history. A message comes in, but for a tap on a button of a
/// rich message, with which nothing is said. A deletion takes one out, and so does an edit that
/// leaves it to the agents; any other edit changes it.
[[nodiscard]] std::optional<HistoryEntry> EntryFor(const Event& event);

}  // namespace livechat
}  // namespace omni::inline v0_1

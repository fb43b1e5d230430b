/// \file
/// Parts of a long message.
///
/// Messaging V2 sends none: it joins before it calls, and `segmentCount` is billing data. Parts
/// come from Voxbone's API, and from senders of one's own that extend the V2 shape.
#pragma once

#include <optional>

#include "bandwidth_batch.h"
#include "bandwidth_fields.h"
#include "omni/adapter.h"

namespace omni::inline v0_1 {
namespace bandwidth {

/// Which part of a message a callback is.
struct FragmentReading {
  std::optional<MessagePart> part = {};  ///< none: the message is a whole one
  KnownMembers of_item = {};             ///< the members that said so
  KnownMembers of_message = {};
};

/// Makes the event's message a part where the callback says that it is one: with reference, number
/// and total, in the message (`fragRef`, `fragmentNumber`, `fragmentTotal`, perhaps `refBits`), in
/// its `fragment`, or in `frag` beside it. Numbers that make no sense are not read, and the message
/// is a whole one.
[[nodiscard]] FragmentReading ReadFragment(const Callback& callback, JsonValue text, Event& event);

}  // namespace bandwidth
}  // namespace omni::inline v0_1

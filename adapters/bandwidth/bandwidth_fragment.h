/// \file
/// Parts of a long message.
///
/// Messaging V2 sends none: it joins before it calls, and `segmentCount` is billing data. Parts
/// come from Voxbone's API, and from senders of one's own that extend the V2 shape.
#pragma once

#include "bandwidth_batch.h"
#include "bandwidth_fields.h"

namespace omni::inline v0_1 {
namespace bandwidth {

/// The members in which a callback said which part it is.
struct FragmentMembers {
  KnownMembers of_item = {};
  KnownMembers of_message = {};
};

/// Makes the event's message a part where the callback says that it is one: with reference, number
/// and total, in the message (`fragRef`, `fragmentNumber`, `fragmentTotal`, perhaps `refBits`), in
/// its `fragment`, or in `frag` beside it. Numbers that make no sense are not read, and the message
/// is a whole one.
///
/// What joining needs besides goes to the metadata: `fragmentReferenceBits` where it is told, and
/// `fragmentText`, the text as the JSON string that came, where the cut went through a character.
[[nodiscard]] FragmentMembers ReadFragment(const Callback& callback, JsonValue text, Event& event);

}  // namespace bandwidth
}  // namespace omni::inline v0_1

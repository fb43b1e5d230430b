/// \file
/// Attachments: `mediaUrls`, which are addresses and nothing else, and `attachments`.
#pragma once

#include "inteliquent_batch.h"
#include "inteliquent_item.h"
#include "omni/event.h"

namespace omni::inline v0_1 {
namespace inteliquent {

/// Whether the object has attachments of any kind.
[[nodiscard]] bool HasMedia(const Item& item);

/// Reads both lists; what is in both is one attachment. Parts that only say how an MMS is laid out
/// (`.smil`) are none: they are counted, and their addresses go to the metadata as `layout`.
void ReadMedia(const Item& item, Event& event, Batch& batch);

/// The message type that the first attachment stands for: kText when there is none.
[[nodiscard]] MessageType TypeOf(const Message& message);

}  // namespace inteliquent
}  // namespace omni::inline v0_1

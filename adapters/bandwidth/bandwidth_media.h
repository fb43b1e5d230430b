/// \file
/// Attachments. The carrier gives their addresses and nothing else.
#pragma once

#include "bandwidth_batch.h"

namespace omni::inline v0_1 {
namespace bandwidth {

/// Reads `media` and, for RBM, `content` of the callback's message. Parts that only say how an MMS
/// is laid out (`.smil`, `.xml`) are no attachments: they are counted, and their addresses go to
/// the metadata as `layout`.
void ReadMedia(const Callback& callback, Event& event, Batch& batch);

/// The message type that the first attachment stands for: kText when there is none.
[[nodiscard]] MessageType TypeOf(const Message& message);

}  // namespace bandwidth
}  // namespace omni::inline v0_1

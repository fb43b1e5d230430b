/// \file
/// Webhooks of the Conversations API.
#pragma once

#include "messagebird_batch.h"
#include "messagebird_fields.h"
#include "omni/adapters/messagebird.h"

namespace omni::inline v0_1 {
namespace messagebird {

/// Whether the object is one of these webhooks: its type begins with `message.` or `conversation.`.
[[nodiscard]] bool IsConversations(const Fields& root);

/// Adds a message, which may be the business's own, a status of one of those, or a notice.
void AddConversations(Fields& root, const Options& options, Batch& batch);

}  // namespace messagebird
}  // namespace omni::inline v0_1

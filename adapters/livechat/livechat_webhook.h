/// \file
/// LiveChat's own webhooks: `{action, payload}`.
#pragma once

#include <string_view>

#include "livechat_identifier.h"
#include "livechat_scope.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace livechat {

/// Whether a body is a webhook of LiveChat's, and not one in the contract's shape.
[[nodiscard]] bool IsWebhook(JsonValue root);

/// Adds what a webhook tells. Nothing is left out: an action that nobody knows is a notice of type
/// `unknown`.
void AddWebhook(const Identifier& identifier, std::string_view account, JsonValue root,
                Batch& batch);

}  // namespace livechat
}  // namespace omni::inline v0_1

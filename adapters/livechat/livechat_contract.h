/// \file
/// What others say in the contract's own shapes: a visitor's message, and how a message that was
/// sent to a chat fared.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "livechat_identifier.h"
#include "livechat_scope.h"
#include "omni/http.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace livechat {

/// Adds the message of `{event or event_type, chat_id, message, visitor}`. Another kind of event is
/// a notice of type `unknown`.
///
/// Errors: InvalidArgument (`MISSING_FIELD`) without `chat_id` or `message.id`.
[[nodiscard]] absl::Status AddContractMessage(const Identifier& identifier,
                                              std::string_view account, JsonValue root,
                                              Batch& batch);

/// Adds the status of `{message_id, status}` and returns the answer to it.
///
/// Errors: InvalidArgument (`MISSING_FIELD`) without one of the two.
[[nodiscard]] absl::StatusOr<HttpResponse> AddDeliveryStatus(const Identifier& identifier,
                                                             std::string_view account,
                                                             JsonValue root, Batch& batch);

}  // namespace livechat
}  // namespace omni::inline v0_1

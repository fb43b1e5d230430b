/// \file
/// Which chat a call is about.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "livechat_identifier.h"
#include "omni/support/form.h"

namespace omni::inline v0_1 {
namespace livechat {

/// The `chat_id` of a query.
///
/// Errors: InvalidArgument (`MISSING_FIELD`, `INVALID_PAYLOAD`) where there is none that could be
/// one.
[[nodiscard]] absl::StatusOr<std::string> ReadChatId(const Form& query);

/// Event::conversation of a chat.
[[nodiscard]] std::string ConversationOf(const Identifier& identifier, std::string_view chat_id);

/// The chat's id again.
[[nodiscard]] std::string_view ChatOf(std::string_view conversation);

}  // namespace livechat
}  // namespace omni::inline v0_1

/// \file
/// What must not leave: the secret that rides in a body, and what agents say among themselves.
#pragma once

#include <string>
#include <string_view>

#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace livechat {

/// The names under which a body may hold the secret; the first is LiveChat's own.
inline constexpr std::string_view kSecretMembers[] = {"secret_key", "webhook_secret",
                                                      "webhookSecret", "secretKey"};
[[nodiscard]] bool IsSecretMember(std::string_view name);

/// Whether an event is for agents only. Whoever may see it under a name that is not known, it is.
[[nodiscard]] bool IsPrivate(JsonValue event);

/// `value` as compact JSON without secrets, and with what is for agents only cut down to who, when
/// and of which type. `without`, a member's value somewhere in it, is left out with its name.
[[nodiscard]] std::string PublicJson(JsonValue value, JsonValue without = {});
/// As PublicJson; absent when the value is.
[[nodiscard]] RawJson PublicRaw(JsonValue value, JsonValue without = {});

/// Of an event, who wrote it, when, and of which type.
[[nodiscard]] std::string OutlineJson(JsonValue event);

/// `body` with `*` over every secret, and otherwise the same bytes. The body need not be JSON.
[[nodiscard]] std::string BlankSecrets(std::string_view body);

}  // namespace livechat
}  // namespace omni::inline v0_1

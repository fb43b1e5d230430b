/// \file
/// Whose request it is: the organization that a webhook names, the identifier's, the channel's.
#pragma once

#include <string>
#include <string_view>

#include "livechat_identifier.h"
#include "omni/adapters/livechat.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace livechat {

/// The organization that a body names: `organization_id`, or before version 3.4 `license_id`.
/// Empty where there is none.
[[nodiscard]] std::string OrganizationOf(JsonValue root);

/// Whether the identifier names another organization than the webhook. It can only where its orgId
/// is one of LiveChat's: one that the channel lists or, where it lists none, a UUID. Any other
/// orgId is the host's own name for who it is.
[[nodiscard]] bool NamesAnother(const Options& options, const Identifier& identifier,
                                std::string_view organization);

/// The account of a request's events: what the body names, else the identifier's orgId; or, where
/// the channel lists the identifier but not its orgId, the first organization that it lists.
[[nodiscard]] std::string AccountOf(const Options& options, const Identifier& identifier,
                                    std::string organization);

}  // namespace livechat
}  // namespace omni::inline v0_1

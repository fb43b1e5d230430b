/// \file
/// The forms of LiveChat's ids, which tell what they name.
#pragma once

#include <string_view>

namespace omni::inline v0_1 {
namespace livechat {

/// 32 hexadecimal digits with dashes: a customer, or an organization.
[[nodiscard]] bool IsUuid(std::string_view id);
/// 32 hexadecimal digits: a bot.
[[nodiscard]] bool IsBotId(std::string_view id);
/// An e-mail address: an agent.
[[nodiscard]] bool IsAgentId(std::string_view id);
/// Digits: a license.
[[nodiscard]] bool IsLicense(std::string_view id);

}  // namespace livechat
}  // namespace omni::inline v0_1

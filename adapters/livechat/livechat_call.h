/// \file
/// Which of the adapter's calls a request makes.
#pragma once

#include <string_view>

namespace omni::inline v0_1 {
namespace livechat {

inline constexpr char kWebhookMount[] = "webhook";
inline constexpr char kChatMount[] = "chat";

enum class Call {
  kReceive,         ///< a webhook, or a message in the contract's shape
  kDeliveryStatus,  ///< `action=delivery_status`
  kFetchMessages,   ///< `action=fetch_messages`
  kUploadMedia,     ///< `action=upload_media`
  kUnknown,         ///< any other `action`
};

/// By mount and by the `action` of the request target's query. Only kChatMount has actions; the
/// `action` in a webhook's body is another matter.
[[nodiscard]] Call CallOf(std::string_view mount, std::string_view target);

}  // namespace livechat
}  // namespace omni::inline v0_1

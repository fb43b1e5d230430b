/// \file
/// Plays the carriers: makes their webhooks and proves them as they do.
#pragma once

#include <string>
#include <string_view>

#include "omni/http.h"

inline constexpr std::string_view kPublicUrl = "https://hooks.example.com";
inline constexpr std::string_view kMetaAppSecret = "only-an-example-meta-secret";
inline constexpr std::string_view kAdminToken = "only-an-example-admin-token";
inline constexpr std::string_view kBandwidthPassword = "only-an-example-bandwidth-password";
inline constexpr std::string_view kMessageBirdKey = "only-an-example-messagebird-key";
inline constexpr std::string_view kLiveChatSecret = "only-an-example-livechat-secret";
inline constexpr std::string_view kDeskToken = "only-an-example-desk-token";
inline constexpr std::string_view kInteliquentToken = "only-an-example-inteliquent-token";

/// One of the two parts of an SMS that was cut in the middle of an emoji.
[[nodiscard]] omni::WebhookRequest BandwidthPart(int number);
/// An SMS, with a token that is good for a minute.
[[nodiscard]] omni::WebhookRequest MessageBirdSms();
/// A visitor's message.
[[nodiscard]] omni::WebhookRequest LiveChatMessage();
/// An agent's desk asks for the chat.
[[nodiscard]] omni::WebhookRequest LiveChatHistory();
/// A delivery receipt; with `broken`, cut short on the way.
[[nodiscard]] omni::WebhookRequest InteliquentReceipt(bool broken);
/// An administrator says where the webhooks of a WABA belong.
[[nodiscard]] omni::WebhookRequest MapWaba(std::string_view waba, std::string_view target);
/// A message to that WABA.
[[nodiscard]] omni::WebhookRequest WhatsAppMessage(std::string_view waba);

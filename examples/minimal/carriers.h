/// \file
/// The carriers' side of the example: webhooks signed exactly as Twilio and Meta sign them.
#pragma once

#include <string_view>

#include "omni/http.h"

inline constexpr std::string_view kPublicUrl = "https://hooks.example.com";
inline constexpr std::string_view kTwilioToken = "b1946ac92492d2347c6235b4d2611184";
inline constexpr std::string_view kMetaAppSecret = "591785b794601e212b260e25925636fd";

/// Somebody writes to the business by SMS.
omni::WebhookRequest TwilioSms();

/// A text, a picture, and the news that an answer was read: three events in one webhook.
omni::WebhookRequest WhatsAppBatch();

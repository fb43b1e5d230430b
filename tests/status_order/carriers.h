/// \file
/// How each carrier tells of a status: the webhook for a word of its own.
#pragma once

#include <span>
#include <string_view>

#include "omni/http.h"

namespace omni::inline v0_1 {
namespace testing {

struct StatusWebhook {
  std::string_view mount = "receive";
  WebhookRequest request = {};
};

struct StatusCarrier {
  std::string_view name;     ///< of its adapter
  std::string_view options;  ///< a channel's configuration, as JSON
  StatusWebhook (*tell)(std::string_view word);
};

[[nodiscard]] std::span<const StatusCarrier> StatusCarriers();

}  // namespace testing
}  // namespace omni::inline v0_1

/// \file
/// MessageBird's four ways to sign.
#pragma once

#include "absl/status/status.h"
#include "omni/http.h"
#include "simulate/carrier.h"

namespace host {

/// The usual proof is a token; the older one a timestamped signature over query and body; kUrl that
/// of Bird Channels, over URL and body; the newest that of Standard Webhooks.
[[nodiscard]] absl::Status SignAsMessageBird(const Carrier::SignParams& params,
                                             omni::WebhookRequest& request);

}  // namespace host

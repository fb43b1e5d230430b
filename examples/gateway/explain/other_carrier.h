/// \file
/// Whose request it is, by its looks, where it came to the wrong place.
#pragma once

#include <span>
#include <string_view>

#include "explain/diagnosis.h"
#include "http/own_paths.h"
#include "simulate/carrier_channel.h"

namespace host {

/// The adapter whose carrier makes such requests; empty when nothing tells.
[[nodiscard]] std::string_view GuessCarrier(const omni::WebhookRequest& request);

/// The request looks like another carrier's than the channel's.
void DiagnoseOtherCarrier(const Suspect& suspect, Findings& findings);

/// The host answers the request's path itself.
[[nodiscard]] Findings DiagnoseOwnPath(const OwnPath& own);

/// Nothing listens at the request's path, or not for its method.
[[nodiscard]] Findings DiagnoseNoEndpoint(const omni::WebhookRequest& request,
                                          std::span<const CarrierChannel> channels);

}  // namespace host

/// \file
/// A trace for people, and for machines.
#pragma once

#include <string>

#include "explain/trace.h"

namespace host {

[[nodiscard]] std::string TraceText(const Trace& trace, const omni::WebhookRequest& request);
/// One JSON object.
[[nodiscard]] std::string TraceJson(const Trace& trace);

}  // namespace host

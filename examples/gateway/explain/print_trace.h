/// \file
/// A trace for people, and for machines.
#pragma once

#include <string>

#include "explain/trace.h"
#include "omni/json.h"

namespace host {

[[nodiscard]] std::string TraceText(const Trace& trace, const omni::WebhookRequest& request);
/// One JSON object.
[[nodiscard]] std::string TraceJson(const Trace& trace);
/// The members `causes` and `ruledOut` of an object that is open.
void WriteFindings(const Findings& findings, omni::JsonWriter& writer);

}  // namespace host

/// \file
/// Queues as JSON.
#pragma once

#include <vector>

#include "omni/json.h"
#include "omni/ports/queue_browser.h"

namespace host {

/// A list with an object for each queue, its dead letters counted beside it.
void WriteQueues(const std::vector<omni::QueueDepth>& depths, omni::JsonWriter& out);

/// One envelope with the event in it. A body that is no JSON is written as a text.
void WriteEnvelope(const omni::QueuedEnvelope& queued, omni::JsonWriter& out);

}  // namespace host

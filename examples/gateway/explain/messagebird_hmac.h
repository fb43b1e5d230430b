/// \file
/// MessageBird's signatures with a timestamp: the older one, Bird Channels', Standard Webhooks'.
#pragma once

#include "explain/diagnosis.h"

namespace host {

void DiagnoseTimestamped(const Suspect& suspect, Findings& findings);
void DiagnoseStandardWebhook(const Suspect& suspect, Findings& findings);

}  // namespace host

/// \file
/// Queues, mappings and quarantine, for administrators.
#pragma once

#include "admin/blocking_route.h"
#include "host/host.h"

namespace host {

/// Lifetime: the host outlives the server.
void AddQueueRoutes(Host& host, const BlockingRoutes& routes);
void AddMappingRoutes(Host& host, const BlockingRoutes& routes);
void AddQuarantineRoutes(Host& host, const BlockingRoutes& routes);

}  // namespace host

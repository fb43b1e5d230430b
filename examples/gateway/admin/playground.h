/// \file
/// `POST /admin/playground`: a request that was pasted, or one that is made up as a carrier would.
#pragma once

#include "admin/blocking_route.h"
#include "host/host.h"

namespace host {

/// Lifetime: the host outlives the server.
void AddPlaygroundRoutes(Host& host, const BlockingRoutes& routes);

}  // namespace host

/// \file
/// The host's own routes.
#pragma once

namespace host {

class Host;

/// `GET /health`: the process answers. `GET /ready`: the queue does, too.
void AddHealthRoutes(Host& host);
/// `GET /media/{id}`: files that were uploaded for a chat.
void AddMediaRoute(Host& host);

}  // namespace host

// recv and send on a non-blocking socket.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "transport.h"

namespace host::internal {

IoResult ReceiveFrom(int socket, std::span<char> buffer);
/// Never raises SIGPIPE.
IoResult SendTo(int socket, std::string_view bytes);

}  // namespace host::internal

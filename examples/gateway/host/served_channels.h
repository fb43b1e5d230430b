/// \file
/// The channels of a configuration as a gateway is given them.
#pragma once

#include <string>
#include <vector>

#include "config/host_config.h"

namespace host {

/// In their order, each without what the host reads itself (`maxBodyBytes`), and with what it adds:
/// a WhatsApp channel without an administrator's token of its own has the host's.
[[nodiscard]] std::vector<std::string> ServedChannels(const HostConfig& config);

}  // namespace host

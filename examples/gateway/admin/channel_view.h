/// \file
/// A channel as administrators may see it: without its secrets.
#pragma once

#include <string>
#include <string_view>

#include "omni/adapter_registry.h"
#include "omni/json.h"

namespace host {

struct ChannelView {
  std::string_view id = {};
  std::string_view json = {};    ///< the channel's object
  std::string_view source = {};  ///< `file` or `runtime`
  bool enabled = true;
};

/// Where it is mounted, which secrets it has by name and number, and those of its settings that are
/// no secrets.
void WriteChannel(const ChannelView& channel, const omni::AdapterRegistry& registry,
                  omni::JsonWriter& out);

/// The tenant of a channel.
[[nodiscard]] std::string TenantOf(std::string_view json);

}  // namespace host

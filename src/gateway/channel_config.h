/// \file
/// A channel from its JSON object.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "gateway/problems.h"
#include "omni/adapter.h"
#include "omni/adapter_registry.h"
#include "omni/gateway.h"

namespace omni::inline v0_1 {
namespace internal {

struct ConfiguredChannel {
  ChannelConfig config = {};
  std::unique_ptr<const ChannelAdapter> adapter = {};
};

/// Reads a channel; `path` is its JSON path, for messages. Nothing when it has mistakes, which go
/// to `problems`.
[[nodiscard]] std::optional<ConfiguredChannel> ReadChannel(std::string_view json,
                                                           std::string_view path,
                                                           const AdapterRegistry& registry,
                                                           Problems& problems);

}  // namespace internal
}  // namespace omni::inline v0_1

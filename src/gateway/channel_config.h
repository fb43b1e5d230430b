/// \file
/// A channel from its JSON object.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/problems.h"
#include "omni/adapter.h"
#include "omni/adapter_registry.h"
#include "omni/gateway.h"

namespace omni::inline v0_1 {
namespace internal {

struct ConfiguredChannel {
  ChannelConfig config = {};
  std::shared_ptr<const ChannelAdapter> adapter = {};  ///< null where its options have mistakes
  const AdapterInfo* info = nullptr;                   ///< the adapter's; null where it has none
};

/// Reads channels, of which those with the same adapter and the same options for it share one
/// instance where its factory allows: what requests of ten thousand channels read is then in the
/// cache.
///
/// Thread safety: confined.
class ChannelFactory {
 public:
  /// Lifetime: `registry` and `problems` outlive the factory.
  ChannelFactory(const AdapterRegistry& registry, Problems& problems)
      : registry_(registry), problems_(problems) {}

  /// Reads a channel; `path` is its JSON path, for messages. Mistakes are added to the problems.
  /// Nothing when there is no telling what adapter it has.
  [[nodiscard]] std::optional<ConfiguredChannel> Read(std::string_view json, std::string_view path);

 private:
  [[nodiscard]] std::shared_ptr<const ChannelAdapter> AdapterFor(
      const AdapterFactory& factory, const AdapterFactory::CreateParams& params);

  const AdapterRegistry& registry_;
  Problems& problems_;
  /// By name and options.
  std::map<std::string, std::shared_ptr<const ChannelAdapter>> adapters_;
};

}  // namespace internal
}  // namespace omni::inline v0_1

/// \file
/// WhatsApp Business Cloud API.
#pragma once

#include <boost/describe.hpp>
#include <memory>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapter_registry.h"
#include "omni/export.h"

namespace omni::inline v0_1 {
namespace whatsapp {

/// Secrets of a channel: `appSecret`, `verifyToken`, and `adminToken` where accounts may be mapped
/// to other environments.
struct Options {
  /// When the signature fails, try once more with non-ASCII text escaped as `\uXXXX`, for a proxy
  /// that decoded the body on the way.
  bool escaped_unicode_fallback = false;
  /// Whether a mapping's target may be plain http, or in a private network.
  bool mapping_allow_http = false;
  bool mapping_allow_private = false;
};
BOOST_DESCRIBE_STRUCT(Options, (),
                      (escaped_unicode_fallback, mapping_allow_http, mapping_allow_private))

/// For a host that embeds the adapter in code.
[[nodiscard]] OMNI_EXPORT absl::StatusOr<std::unique_ptr<const ChannelAdapter>> MakeAdapter(
    const Options& options);

/// For a host that configures channels with JSON.
OMNI_EXPORT void Register(AdapterRegistry::Builder& builder);

}  // namespace whatsapp
}  // namespace omni::inline v0_1

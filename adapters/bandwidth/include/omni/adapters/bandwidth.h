/// \file
/// Bandwidth Messaging V2, its toll-free verification, and the SMS API of Voxbone, which is
/// Bandwidth's.
#pragma once

#include <boost/describe.hpp>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapter_registry.h"
#include "omni/export.h"

namespace omni::inline v0_1 {
namespace bandwidth {

/// Secrets of a channel: `password`, `outboundPassword`, `signatureKey`. Any one of them proves a
/// request, and so does an address on the channel's `allowFrom`.
struct Options {
  /// The user of the callback credentials that the carrier's application has.
  std::string username = {};
  /// The user of those for status callbacks, where they are others; empty: `username`. Goes with
  /// `outboundPassword`.
  std::string outbound_username = {};
  /// Also take Voxbone's delivery reports: PUT `/bandwidth/{destination}/report/{transaction}`.
  bool voxbone_reports = false;
};
BOOST_DESCRIBE_STRUCT(Options, (), (username, outbound_username, voxbone_reports))

/// For a host that embeds the adapter in code.
[[nodiscard]] OMNI_EXPORT absl::StatusOr<std::unique_ptr<const ChannelAdapter>> MakeAdapter(
    const Options& options);

/// For a host that configures channels with JSON.
OMNI_EXPORT void Register(AdapterRegistry::Builder& builder);

}  // namespace bandwidth
}  // namespace omni::inline v0_1

/// \file
/// MessageBird, now Bird: SMS and MMS, the Conversations API, Bird Channels and Bird's newest
/// events.
#pragma once

#include <boost/describe.hpp>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/adapter.h"
#include "omni/adapter_registry.h"
#include "omni/export.h"

namespace omni::inline v0_1 {
namespace messagebird {

/// One of the business's channels at the carrier: some webhooks tell its id and no more.
struct ChannelAddress {
  std::string channel_id = {};
  std::string address = {};  ///< `+15551234567`, or what else the business is known by there
};
BOOST_DESCRIBE_STRUCT(ChannelAddress, (), (channel_id, address))

/// Secrets of a channel: `signingKey`. A channel without one needs `allowFrom`.
struct Options {
  /// How far the carrier's clock may be from ours where a token says when it begins and ends.
  absl::Duration clock_skew = absl::Seconds(5);
  /// How old, and how far ahead, the timestamp of any other signature may be.
  absl::Duration max_age = absl::Minutes(5);
  /// How old that of Bird Channels may be: a redelivery, hours later, keeps the first one.
  absl::Duration redelivery_age = absl::Hours(24);
  /// Also accept `MessageBird-Signature: sha256=…`, an HMAC of a JSON body that covers neither a
  /// time nor a URL. The carrier does not send it; clients of one's own do.
  bool accept_body_signature = true;
  /// Stands in where a webhook does not tell the business's own address, so that a conversation is
  /// the same whichever way a message goes. A channel that is not here is known by its id.
  std::vector<ChannelAddress> channel_addresses = {};
};
BOOST_DESCRIBE_STRUCT(Options, (),
                      (clock_skew, max_age, redelivery_age, accept_body_signature,
                       channel_addresses))

/// For a host that embeds the adapter in code.
[[nodiscard]] OMNI_EXPORT absl::StatusOr<std::unique_ptr<const ChannelAdapter>> MakeAdapter(
    const Options& options);

/// For a host that configures channels with JSON.
OMNI_EXPORT void Register(AdapterRegistry::Builder& builder);

}  // namespace messagebird
}  // namespace omni::inline v0_1

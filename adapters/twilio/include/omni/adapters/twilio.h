/// \file
/// Twilio: SMS, MMS, WhatsApp, RCS and Messenger through Twilio, and Conversations.
#pragma once

#include <boost/describe.hpp>
#include <memory>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapter_registry.h"
#include "omni/export.h"

namespace omni::inline v0_1 {
namespace twilio {

/// Secrets of a channel: `authToken`.
struct Options {
  /// Also try the query re-encoded as Node's `querystring` does, the last of the spellings that the
  /// official SDK accepts.
  bool legacy_query_encoding = true;
  /// Also accept GET, with every parameter in the query: for numbers whose webhook is set to GET.
  bool accept_get = false;
};
BOOST_DESCRIBE_STRUCT(Options, (), (legacy_query_encoding, accept_get))

/// For a host that embeds the adapter in code.
[[nodiscard]] OMNI_EXPORT absl::StatusOr<std::unique_ptr<const ChannelAdapter>> MakeAdapter(
    const Options& options);

/// For a host that configures channels with JSON.
OMNI_EXPORT void Register(AdapterRegistry::Builder& builder);

}  // namespace twilio
}  // namespace omni::inline v0_1

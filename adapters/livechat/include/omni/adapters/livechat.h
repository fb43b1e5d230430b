/// \file
/// LiveChat (text.com): its webhooks, and the contract's own calls about a chat.
#pragma once

#include <boost/describe.hpp>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapter_registry.h"
#include "omni/export.h"

namespace omni::inline v0_1 {
namespace livechat {

/// Secrets of a channel: `webhookSecret`, `apiToken`.
struct Options {
  /// The organizations that the channel serves; of webhooks before version 3.4, license numbers.
  /// The accounts of its ChannelConfig, and read from the same keys.
  std::vector<std::string> organizations = {};
  /// The identifiers that the channel answers to, as `orgId:userId:livechatId` or encoded; empty:
  /// every one. Where it lists some, what names no organization is the first organization's, unless
  /// the orgId is listed itself.
  std::vector<std::string> identifiers = {};
  /// The registrations whose webhooks are taken, by LiveChat's `webhook_id`; empty: every one.
  std::vector<std::string> webhook_ids = {};
};
BOOST_DESCRIBE_STRUCT(Options, (), (identifiers, webhook_ids))

/// For a host that embeds the adapter in code.
///
/// Errors: InvalidArgument for an identifier that is none.
[[nodiscard]] OMNI_EXPORT absl::StatusOr<std::unique_ptr<const ChannelAdapter>> MakeAdapter(
    const Options& options);

/// For a host that configures channels with JSON.
OMNI_EXPORT void Register(AdapterRegistry::Builder& builder);

}  // namespace livechat
}  // namespace omni::inline v0_1

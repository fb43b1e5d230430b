/// \file
/// A small carrier to plant bugs in: correct as it is, with a hook for every mistake.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/adapter.h"
#include "omni/adapter_registry.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace testing {

/// What a planted bug puts in the place of what is right. An empty hook changes nothing.
///
/// Thread safety: thread-compatible.
struct ToyHooks {
  using VerifyParams = ChannelAdapter::VerifyParams;
  using NormalizeParams = ChannelAdapter::NormalizeParams;

  /// Whether a presented code is the expected one.
  std::function<bool(std::string_view expected, std::string_view presented)> matches = {};
  /// The URL and the body as they were signed, the code as it was presented, and the key's turn.
  std::function<std::string(const VerifyParams&)> url = {};
  std::function<std::string(const VerifyParams&)> body = {};
  std::function<std::string(const VerifyParams&)> presented = {};
  std::function<KeyRing::Keys(const KeyRing::Keys&)> keys = {};
  std::function<bool(absl::Time now, absl::Time signed_at)> in_window = {};
  /// The last words on a verdict, a result, an event.
  std::function<void(absl::StatusOr<VerifyResult>&, const VerifyParams&)> verdict = {};
  std::function<void(absl::StatusOr<InboundResult>&, const NormalizeParams&)> result = {};
  std::function<void(InboundEvent&, JsonValue item, const NormalizeParams&)> event = {};
  std::function<void(HttpResponse&, const ChannelAdapter::RejectionParams&)> rejection = {};
  std::function<void(HttpRequest&)> forward = {};
  std::function<RouteKey(const ChannelAdapter::RouteParams&)> route = {};
  std::function<std::string(const WebhookRequest&)> claim = {};
  std::function<void(AdapterInfo&)> info = {};  ///< at every call of info()
  bool keeps_secrets_of_bodies = false;
  bool takes_any_option = false;
};

/// The factory of adapters into each of which `plant` puts its bug.
[[nodiscard]] std::unique_ptr<const AdapterFactory> MakeToyFactory(std::function<ToyHooks()> plant);

/// Signs a request of the scheme `token`, which a vector file cannot describe.
void SignToyToken(std::string_view secret, absl::Time time, WebhookRequest& request);

}  // namespace testing
}  // namespace omni::inline v0_1

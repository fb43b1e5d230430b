/// \file
/// Who may call. The secret is no signature: it rides in the body, or in a header, as it is.
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "livechat_identifier.h"
#include "omni/adapter.h"
#include "omni/adapters/livechat.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace livechat {

inline constexpr char kWebhookSecret[] = "webhookSecret";
inline constexpr char kApiToken[] = "apiToken";

/// A body that VerifyCall has read: a JSON object.
///
/// Thread safety: immutable.
class ReadBody final : public Reading {
 public:
  explicit ReadBody(JsonDocument document) : document_(std::move(document)) {}
  [[nodiscard]] JsonValue root() const { return document_.root(); }

 private:
  JsonDocument document_;
};
/// Errors: InvalidArgument for a body that is none.
[[nodiscard]] absl::StatusOr<std::unique_ptr<const ReadBody>> Read(std::string_view body);

/// Whether a request to `identifier` is genuine.
///
/// A webhook of LiveChat's must hold the webhook secret in its body, and agree with the identifier
/// and the channel about whose it is. The contract's own messages and statuses may prove themselves
/// with the secret, wherever it stands, or with the token. Asking for the history and uploading
/// take the token; of a channel without one, the secret in a header.
///
/// Errors: Unauthenticated; InvalidArgument (400) for a body that cannot be read, since the secret
/// may be in it.
[[nodiscard]] absl::StatusOr<VerifyResult> VerifyCall(const ChannelAdapter::VerifyParams& params,
                                                      const Options& options,
                                                      const Identifier& identifier);

}  // namespace livechat
}  // namespace omni::inline v0_1

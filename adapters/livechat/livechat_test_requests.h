/// \file
/// For the tests: the fixtures, requests as LiveChat and the contract's clients make them, and what
/// the adapter makes of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapters/livechat.h"
#include "omni/event.h"
#include "omni/http.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace testing {

inline constexpr std::string_view kSecretCanary = "fx-lc-secret-4hJ8sQ2w";
inline constexpr std::string_view kTokenCanary = "fx-internal-token";
inline constexpr std::string_view kOrganization = "7d4c1b0a-2e3f-4a5b-9c6d-8e7f6a5b4c3d";
/// `org123:user456:lc-789`
inline constexpr std::string_view kSegment = "b3JnMTIzOnVzZXI0NTY6bGMtNzg5";
inline constexpr std::string_view kWebhookPath = "/webhooks/livechat/b3JnMTIzOnVzZXI0NTY6bGMtNzg5";
inline constexpr std::string_view kChatPath = "/livechat/b3JnMTIzOnVzZXI0NTY6bGMtNzg5";
inline constexpr std::string_view kCustomer = "2b7e1516-28ae-4d2a-a6ab-f7158809cf4f";

/// The bytes of a file in testdata.
[[nodiscard]] std::string ReadTestdata(std::string_view file);
/// The names of the fixtures, without `.json`.
[[nodiscard]] std::vector<std::string> FixtureNames();
/// A fixture's document. Lifetime: the program's.
[[nodiscard]] JsonValue Fixture(std::string_view name);
[[nodiscard]] WebhookRequest FixtureRequest(std::string_view name);

/// A POST of JSON without any proof.
[[nodiscard]] WebhookRequest BarePost(std::string_view target, std::string body);
/// As BarePost, with the bearer token.
[[nodiscard]] WebhookRequest TokenPost(std::string_view target, std::string body);
[[nodiscard]] WebhookRequest WithHeader(WebhookRequest request, std::string_view name,
                                        std::string_view value);

/// The body of a webhook with that action, payload and secret.
[[nodiscard]] std::string Webhook(std::string_view action, std::string_view payload,
                                  std::string_view secret = kSecretCanary);
/// The payload of `incoming_event`, of an event by the customer with `members` beside its id. Each
/// may be given again in `members`: the last counts.
[[nodiscard]] std::string ChatEvent(std::string_view members);
/// An upload's body with these parts, each a name, further parameters and headers, and a content.
struct Part {
  std::string name = {};
  std::string content = {};
  std::string parameters = {};  ///< `; filename="a.png"`
  std::string headers = {};     ///< `Content-Type: image/png\r\n`
};
[[nodiscard]] WebhookRequest Upload(const std::vector<Part>& parts);

/// The fixtures' channel.
[[nodiscard]] Options FixtureOptions();
/// What the adapter makes of a request that was proved, without a gateway.
[[nodiscard]] absl::StatusOr<InboundResult> Normalize(const WebhookRequest& request);
/// As Normalize, of a webhook's body.
[[nodiscard]] absl::StatusOr<InboundResult> NormalizeWebhook(std::string body);
/// The only event of a webhook's body; one of kind `unknown` when there is not exactly one.
[[nodiscard]] Event OnlyEvent(std::string body);
/// One member of an event as JSON: `message`, `metadata`, ...
[[nodiscard]] std::string Member(const Event& event, std::string_view member);

}  // namespace testing
}  // namespace livechat
}  // namespace omni::inline v0_1

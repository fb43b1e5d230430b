/// \file
/// For the tests: the fixtures, requests signed as the carrier signs them, and their events.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/adapter.h"
#include "omni/event.h"
#include "omni/http.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace whatsapp::testing {

inline constexpr std::string_view kAppSecret = "app-secret-canary";
inline constexpr std::string_view kVerifyToken = "verify-token-canary";
inline constexpr std::string_view kPath = "/webhooks/whatsapp/receive";

/// The names of the webhooks in testdata, without `.json`.
[[nodiscard]] std::vector<std::string> FixtureNames();
/// The bytes of a file in testdata.
[[nodiscard]] std::string ReadTestdata(std::string_view file);

/// The `X-Hub-Signature-256` of a body.
[[nodiscard]] std::string Signature(std::string_view body, std::string_view secret);
/// A POST with kAppSecret's signature.
[[nodiscard]] WebhookRequest SignedPost(std::string body);
/// A handshake with that query.
[[nodiscard]] WebhookRequest Handshake(std::string_view query);

/// A webhook with one change of `field` whose value is `value`.
[[nodiscard]] std::string OneChange(std::string_view field, std::string_view value);
/// A webhook of field `messages`, with the business's number, one contact, and `lists` (members of
/// the value, such as `"messages":[…]`).
[[nodiscard]] std::string MessagesChange(std::string_view lists);

/// What the adapter makes of a body, without a gateway.
[[nodiscard]] absl::StatusOr<InboundResult> Normalize(
    std::string body, absl::Time received_at = absl::InfinitePast());
/// How many things a webhook tells, counted without the adapter's help: each element of its lists,
/// and each change that has none or is of another field.
[[nodiscard]] std::size_t CountItems(JsonValue root);
/// The only event of a body; one of kind `unknown` when there is not exactly one.
[[nodiscard]] Event OnlyEvent(std::string body);
/// One member of an event as JSON: `message`, `metadata`, ...
[[nodiscard]] std::string Part(const Event& event, std::string_view member);

}  // namespace whatsapp::testing
}  // namespace omni::inline v0_1

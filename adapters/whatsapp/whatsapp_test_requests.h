/// \file
/// For the tests: the fixtures, and requests signed as the carrier signs them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "omni/http.h"

namespace omni::inline v0_1 {
namespace whatsapp {
namespace testing {

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

}  // namespace testing
}  // namespace whatsapp
}  // namespace omni::inline v0_1

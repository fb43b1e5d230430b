/// \file
/// For the tests: the fixtures, requests as the carrier makes them, and their events.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/event.h"
#include "omni/http.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace testing {

inline constexpr std::string_view kKeyCanary = "iq-inbound-test-key-7Qm2";
inline constexpr std::string_view kPath = "/webhooks/inteliquent";
inline constexpr std::string_view kReceiptsPath = "/webhooks/inteliquent/receipts";
inline constexpr std::string_view kIdHeader = "messageID";
inline constexpr std::string_view kTokenHeader = "verificationToken";

/// The bytes of a file in testdata.
[[nodiscard]] std::string ReadTestdata(std::string_view file);
/// The names of the fixtures, without `.json`.
[[nodiscard]] std::vector<std::string> FixtureNames();
/// What manifest.json says of a fixture's request, and what is expected of it.
[[nodiscard]] JsonValue FixtureEntry(std::string_view name);
/// The request of a fixture, proved in one of the ways that the manifest knows: `authorization`,
/// `sha256_concat`, `hmac_sha256`.
[[nodiscard]] WebhookRequest FixtureRequest(std::string_view name,
                                            std::string_view proof = "authorization");

/// A POST to kPath without any proof.
[[nodiscard]] WebhookRequest BarePost(std::string body);
/// As BarePost, with the right `Authorization`.
[[nodiscard]] WebhookRequest ProvedPost(std::string body);
/// `request` with that header in place of any of its name.
[[nodiscard]] WebhookRequest WithHeader(WebhookRequest request, std::string_view name,
                                        std::string value);

/// A message in the contract's shape, and a receipt, with `members` beside what is required. Each
/// may be given again in `members`: the last counts.
[[nodiscard]] std::string Message(std::string_view members);
[[nodiscard]] std::string Receipt(std::string_view members);
/// As above, in the carrier's shape.
[[nodiscard]] std::string NativeMessage(std::string_view members);
[[nodiscard]] std::string NativeReceipt(std::string_view members);

struct NormalizeSettings {
  std::string body = {};
  std::string mount = "receive";
  std::vector<std::string> our_numbers = {"14045550123"};
  std::size_t max_events = 1000;
};
/// What the adapter makes of a request that was proved, without a gateway.
[[nodiscard]] absl::StatusOr<InboundResult> NormalizeWith(const NormalizeSettings& settings);
[[nodiscard]] absl::StatusOr<InboundResult> Normalize(std::string body);
/// The only event of a body; one of kind `unknown` when there is not exactly one.
[[nodiscard]] Event OnlyEvent(std::string body);
/// One member of an event as JSON: `message`, `metadata`, ...
[[nodiscard]] std::string Part(const Event& event, std::string_view member);

}  // namespace testing
}  // namespace inteliquent
}  // namespace omni::inline v0_1

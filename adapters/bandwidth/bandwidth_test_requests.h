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
namespace bandwidth {
namespace testing {

inline constexpr std::string_view kUsername = "bw-hook";
inline constexpr std::string_view kPasswordCanary = "s3cret:with:colons";
inline constexpr std::string_view kSignatureKeyCanary = "not-a-real-secret-16+";
inline constexpr std::string_view kPath = "/bandwidth/14045550123";
inline constexpr std::string_view kAck =
    R"({"success":true,"message":"Message received and queued for processing"})";

/// The bytes of a file in testdata.
[[nodiscard]] std::string ReadTestdata(std::string_view file);
/// manifest.json: what each fixture's request is, and what is expected of it.
[[nodiscard]] JsonValue Manifest();
/// The names of the fixtures, without `.json`.
[[nodiscard]] std::vector<std::string> FixtureNames();
/// The manifest's entry of a fixture.
[[nodiscard]] JsonValue FixtureEntry(std::string_view name);
/// The request of a fixture, proved by its own signature or else by credentials.
[[nodiscard]] WebhookRequest FixtureRequest(std::string_view name);

/// An `Authorization` value.
[[nodiscard]] std::string Basic(std::string_view username, std::string_view password);
/// The hexadecimal HMAC-SHA256 of a body.
[[nodiscard]] std::string Signature(std::string_view body, std::string_view key);
/// A POST to kPath without any proof.
[[nodiscard]] WebhookRequest BarePost(std::string body);
/// As BarePost, with the right credentials.
[[nodiscard]] WebhookRequest ProvedPost(std::string body);

/// An inbound callback whose message has `members` besides id, from and to.
[[nodiscard]] std::string Received(std::string_view members);
/// A status callback of that type; `members` are the callback's own, each followed by a comma.
[[nodiscard]] std::string StatusOf(std::string_view type, std::string_view members);

struct NormalizeSettings {
  std::string body = {};
  std::string destination = "14045550123";
  Coverage coverage = {.body = true, .url = true};
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
}  // namespace bandwidth
}  // namespace omni::inline v0_1

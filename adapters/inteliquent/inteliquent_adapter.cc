#include "inteliquent_adapter.h"

#include <cstddef>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "inteliquent_batch.h"
#include "inteliquent_payload.h"
#include "inteliquent_proof.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/support/content_type.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace {

constexpr char kReceiveMount[] = "receive";
constexpr char kReceiptsMount[] = "receipts";
constexpr std::size_t kMaxBodyBytes = std::size_t{1} << 20;

MountSpec MakeMount(const char* name, const char* path) {
  return {.name = name,
          .path = path,
          .methods = {HttpMethod::kPost},
          .cors_headers = "Content-Type, Authorization",
          .cors_max_age = absl::Seconds(86'400)};
}

absl::Status CheckSize(std::string_view body) {
  if (body.size() <= kMaxBodyBytes) return absl::OkStatus();
  return PayloadTooLargeError("the body is too large", "body_too_large");
}

// The carrier's token covers nothing of the request but its own nonce.
Signed<std::string_view> ReadBody(const SignedRequest& request) {
  if (const auto body = request.body()) return *body;
  return TrustClaim(request.proof(), request.claimed_body(),
                    "whoever can make the token is the carrier, and TLS brought the body with it: "
                    "it is as good as with a password");
}

}  // namespace

AdapterInfo MakeInfo() {
  AdapterInfo info;
  info.name = "inteliquent";
  info.display_name = "Inteliquent";
  info.mounts = {MakeMount(kReceiveMount, "/webhooks/inteliquent"),
                 MakeMount(kReceiptsMount, "/webhooks/inteliquent/receipts")};
  // Neither is required beside the other; a channel without both is refused by the gateway.
  info.secrets = {
      {kToken, false, "what the carrier is configured to send as Authorization, without `Bearer`"},
      {kApiKey, false, "the API key that the carrier makes its verificationToken from"}};
  info.ack_deadline = absl::Seconds(5);
  return info;
}

absl::StatusOr<VerifyResult> InteliquentAdapter::Verify(const VerifyParams& params) const {
  return VerifyRequest(params, scheme_);
}

absl::StatusOr<InboundResult> InteliquentAdapter::Normalize(const NormalizeParams& params) const {
  const Signed<std::string_view> body = ReadBody(params.request);
  OMNI_RETURN_IF_ERROR(
      CheckJsonContentType(params.request.claimed_header("Content-Type").unverified()));
  OMNI_RETURN_IF_ERROR(CheckSize(*body));
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(*body));
  Batch batch(params);
  AddPayload(document.root(),
             {.our_numbers = our_numbers_, .receipts_only = params.mount == kReceiptsMount}, batch);
  return std::move(batch).Finish();
}

RouteKey InteliquentAdapter::Route(const RouteParams& params) const {
  RouteKey route = ChannelAdapter::Route(params);
  if (!route.group(*params.event).empty() || params.event->carrier_message_id.empty()) return route;
  return {params.event.Map([&](const Event&) { return route.queue(); }),
          params.event.Map(
              [](const Event& event) { return event.carrier + ":" + event.carrier_message_id; })};
}

}  // namespace inteliquent
}  // namespace omni::inline v0_1

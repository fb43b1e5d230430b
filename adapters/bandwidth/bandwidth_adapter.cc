#include "bandwidth_adapter.h"

#include <string_view>
#include <utility>

#include "bandwidth_batch.h"
#include "bandwidth_payload.h"
#include "bandwidth_proof.h"
#include "bandwidth_voxbone.h"
#include "base/status_macros.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/support/basic_auth.h"
#include "omni/support/content_type.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace {

constexpr std::string_view kRealm = "bandwidth";
constexpr std::string_view kReportMount = "report";

// What the path says is as good as what the body says where the credential vouches for both.
Destination ReadDestination(const ChannelAdapter::NormalizeParams& params) {
  Destination destination;
  destination.claimed = params.path_params.Get("destination");
  if (params.request.url()) {
    destination.proved = *TrustClaim(params.request.proof(), destination.claimed,
                                     "it is part of the URL, which the proof covers");
  }
  return destination;
}

}  // namespace

AdapterInfo MakeInfo(const Options& options) {
  AdapterInfo info;
  info.name = "bandwidth";
  info.display_name = "Bandwidth Messaging";
  info.mounts.push_back({.name = "receive",
                         .path = "/bandwidth/{destination}",
                         .methods = {HttpMethod::kPost},
                         .cors_headers = "Content-Type, X-Bandwidth-Signature"});
  if (options.voxbone_reports) {
    info.mounts.push_back({.name = std::string(kReportMount),
                           .path = "/bandwidth/{destination}/report/{transaction}",
                           .methods = {HttpMethod::kPut}});
  }
  info.secrets = {
      {kPassword, false, "the password of the application's callback credentials"},
      {kOutboundPassword, false, "that of the credentials for status callbacks, where it differs"},
      {kSignatureKey, false, "what signs bodies: a toll-free verification subscription's secret"}};
  info.account_option = "applicationId";
  info.origin_authenticates = true;
  info.ack_deadline = absl::Seconds(10);
  return info;
}

absl::StatusOr<VerifyResult> BandwidthAdapter::Verify(const VerifyParams& params) const {
  return VerifyRequest(params, options_);
}

absl::StatusOr<InboundResult> BandwidthAdapter::Normalize(const NormalizeParams& params) const {
  const SignedRequest& request = params.request;
  const auto body = request.body();
  if (!body) return InvalidSignatureError("the body is not covered", "body_not_covered");
  // The carrier's first request may have no body: the callback itself comes with the credentials,
  // once they have been asked for, even where the address alone had been proof enough.
  if ((**body).empty() && request.claimed_header("Authorization").unverified().empty()) {
    return CredentialsMissingError();
  }
  OMNI_RETURN_IF_ERROR(CheckJsonContentType(request.claimed_header("Content-Type").unverified()));
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(**body));
  const JsonValue root = document.root();
  if (!root.is_object() && !root.is_array()) {
    return InvalidPayloadError("the body is neither a JSON array nor an object", "");
  }
  Batch batch(params);
  const Destination destination = ReadDestination(params);
  if (params.mount == kReportMount) {
    AddVoxboneReport(root, params, destination, batch);
  } else {
    AddPayload(root, destination, batch);
  }
  return std::move(batch).Finish(AckFor(root));
}

HttpResponse BandwidthAdapter::RejectionFor(const RejectionParams& params) const {
  HttpResponse response = ChannelAdapter::RejectionFor(params);
  if (response.status == 401) response.headers.Set("WWW-Authenticate", BasicChallenge(kRealm));
  return response;
}

}  // namespace bandwidth
}  // namespace omni::inline v0_1

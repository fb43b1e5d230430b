#include "whatsapp_adapter.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/support/content_type.h"
#include "omni/support/form.h"
#include "whatsapp_mapping.h"
#include "whatsapp_payload.h"
#include "whatsapp_scope.h"
#include "whatsapp_signature.h"

namespace omni::inline v0_1 {
namespace whatsapp {
namespace {

constexpr std::size_t kMaxChallenge = 512;

// Answers the handshake with its challenge. It is reflected input, so only what cannot be taken for
// anything but text.
absl::StatusOr<InboundResult> AnswerHandshake(const SignedRequest& request) {
  OMNI_ASSIGN_OR_RETURN(const Form query,
                        Form::Parse(TargetQuery(request.claimed_target().unverified())));
  const std::string_view challenge = query.Get("hub.challenge");
  if (challenge.empty()) return MissingFieldError("hub.challenge");
  const bool printable = std::all_of(challenge.begin(), challenge.end(),
                                     [](char c) { return c >= 0x20 && c <= 0x7E; });
  if (challenge.size() > kMaxChallenge || !printable) {
    return InvalidPayloadError("hub.challenge is not 1 to 512 printable ASCII characters",
                               "hub.challenge");
  }
  InboundResult result;
  result.ack.headers = {{"Content-Type", "text/plain"}, {"X-Content-Type-Options", "nosniff"}};
  result.ack.body = challenge;
  return result;
}

}  // namespace

const AdapterInfo& Info() {
  static const AdapterInfo& info = *new AdapterInfo{
      .name = "whatsapp",
      .aliases = {},
      .display_name = "WhatsApp Business Cloud API",
      .mounts = {{.name = "receive",
                  .path = "/webhooks/whatsapp/receive",
                  .methods = {HttpMethod::kGet, HttpMethod::kPost},
                  .cors_headers = "Content-Type, X-Hub-Signature-256"},
                 {.name = std::string(kMappingMount),
                  .path = "/webhooks/whatsapp/mapping",
                  .methods = {HttpMethod::kPost, HttpMethod::kGet, HttpMethod::kDelete},
                  .cors_headers = "Content-Type, Authorization",
                  .cors_methods = {HttpMethod::kPost},
                  .needs_secret = "adminToken"}},
      .secrets = {{"appSecret", true, "the app's secret, which signs every webhook"},
                  {"verifyToken", false, "what the handshake must present; without it, none is"},
                  {"adminToken", false, "the bearer token of the mapping endpoint"}},
      .account_option = "wabaId",
      .origin_authenticates = false,
      .forwards_accounts = true,
      .ack_deadline = absl::Seconds(5)};
  return info;
}

absl::StatusOr<VerifyResult> Adapter::Verify(const VerifyParams& params) const {
  if (params.mount == kMappingMount) return VerifyAdministrator(params);
  if (params.request.method == HttpMethod::kGet) return VerifyHandshake(params);
  return VerifySignature(params, options_.escaped_unicode_fallback);
}

absl::StatusOr<InboundResult> Adapter::Normalize(const NormalizeParams& params) const {
  if (params.mount == kMappingMount) return ReadMappingRequest(params, options_);
  if (params.request.method() == HttpMethod::kGet) return AnswerHandshake(params.request);
  OMNI_RETURN_IF_ERROR(
      CheckJsonContentType(params.request.claimed_header("Content-Type").unverified()));
  const auto body = params.request.body();
  if (!body) return InvalidSignatureError("the body is not covered", "body_not_covered");
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(**body));
  Batch batch(params);
  AddPayload(document.root(), batch);
  return std::move(batch).Finish(HttpResponse::Json(200, R"({"status":"ok"})"));
}

HttpResponse Adapter::Answer(const AnswerParams& params) const {
  return AnswerMappingRequest(params.result);
}

HttpRequest Adapter::BuildForward(const ForwardParams& params) const {
  HttpRequest forward = ChannelAdapter::BuildForward(params);
  CarrySignature(params.request.headers, forward);
  forward.public_address_only = !options_.mapping_allow_private;
  return forward;
}

}  // namespace whatsapp
}  // namespace omni::inline v0_1

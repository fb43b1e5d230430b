#include "twilio_adapter.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/in_place.h"
#include "base/status_macros.h"
#include "omni/error.h"
#include "omni/support/url.h"
#include "twilio_conversations.h"
#include "twilio_parameter_reader.h"
#include "twilio_parameters.h"
#include "twilio_payload.h"
#include "twilio_signature.h"
#include "twilio_status.h"
#include "twilio_url.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

constexpr std::string_view kNoReply =
    R"(<?xml version="1.0" encoding="UTF-8"?><Response></Response>)";
constexpr std::string_view kPublishUnchanged = "{}";
constexpr std::size_t kMaxSid = 64;  // an AccountSid has 34 characters

// The value of a field in encoded form parameters, without decoding the rest. Empty when absent or
// too long to be a SID.
std::string FindSid(std::string_view encoded, std::string_view name) {
  while (!encoded.empty()) {
    const std::string_view field = encoded.substr(0, encoded.find('&'));
    if (field.size() > name.size() && field.starts_with(name) && field[name.size()] == '=') {
      const std::string_view value = field.substr(name.size() + 1);
      return value.size() <= kMaxSid ? PercentDecode(value) : std::string();
    }
    encoded.remove_prefix(std::min(field.size() + 1, encoded.size()));
  }
  return {};
}

absl::Status UnsupportedMediaTypeError() {
  return MakeError(absl::StatusCode::kInvalidArgument, "a form is due here",
                   {.reason = "not_a_form",
                    .code = "UNSUPPORTED_MEDIA_TYPE",
                    .blame = Blame::kSender,
                    .http_status = 415});
}

std::string_view OrEmpty(const std::optional<Signed<std::string_view>>& text) {
  return text.has_value() ? **text : std::string_view();
}

void AddOptOut(Event&& event, const SignedRequest& request, InboundResult& result) {
  std::string identity = OptOutIdentity(event);
  result.events.emplace_back(internal::InPlace([&] {
    return InboundEvent{.event = request.Prove(std::move(event)), .identity = std::move(identity)};
  }));
}

absl::StatusOr<InboundResult> NormalizeParameters(const ChannelAdapter::NormalizeParams& params,
                                                  const Parameters& parameters) {
  ParameterReader in(parameters);
  InboundResult result;
  if (!IsConversations(in) && IsReceptionReport(in)) {
    result.ignored.emplace_back("reception_report");
    result.ack = HttpResponse::Xml(200, std::string(kNoReply));
    return result;
  }
  Event event;
  OMNI_RETURN_IF_ERROR(ReadParameters(in, params.keep_raw, event));
  std::optional<Event> opt_out;
  if (TellsOptOut(event)) opt_out = OptOutOf(event, in, params.keep_raw);
  result.events.emplace_back(internal::InPlace(
      [&] { return InboundEvent{.event = params.request.Prove(std::move(event))}; }));
  if (opt_out.has_value()) AddOptOut(*std::move(opt_out), params.request, result);
  result.ack = IsPreAction(in) ? HttpResponse::Json(200, std::string(kPublishUnchanged))
                               : HttpResponse::Xml(200, std::string(kNoReply));
  return result;
}

absl::StatusOr<InboundResult> NormalizeText(const ChannelAdapter::NormalizeParams& params,
                                            std::string_view text) {
  Parameters parameters;
  OMNI_RETURN_IF_ERROR(parameters.Read(text));
  return NormalizeParameters(params, parameters);
}

absl::StatusOr<InboundResult> NormalizeJson(const ChannelAdapter::NormalizeParams& params,
                                            std::string_view body, std::string_view url) {
  Parameters query;
  OMNI_RETURN_IF_ERROR(query.Read(TargetQuery(url)));
  OMNI_ASSIGN_OR_RETURN(std::vector<Event> events,
                        ReadJson(body, ParameterReader(query).Peek("AccountSid"), params.keep_raw,
                                 params.max_events));
  InboundResult result;
  result.events.reserve(events.size());
  for (Event& event : events) {
    result.events.emplace_back(internal::InPlace(
        [&] { return InboundEvent{.event = params.request.Prove(std::move(event))}; }));
  }
  result.ack = HttpResponse::Xml(200, std::string(kNoReply));
  return result;
}

}  // namespace

AdapterInfo MakeInfo(const Options& options) {
  MountSpec mount = {.name = "receive",
                     .path = "/twilio",
                     .methods = {HttpMethod::kPost},
                     .cors_headers = "Content-Type, X-Twilio-Signature"};
  if (options.accept_get) mount.methods.push_back(HttpMethod::kGet);
  AdapterInfo info;
  info.name = "twilio";
  info.display_name = "Twilio";
  info.mounts.push_back(std::move(mount));
  info.secrets.push_back({.name = "authToken",
                          .required = true,
                          .description = "The account's auth token: the primary one, and during a "
                                         "rotation the secondary too."});
  info.account_option = "accountSid";
  info.ack_deadline = absl::Seconds(15);
  return info;
}

Claimed<std::string> TwilioAdapter::ClaimAccount(const ClaimParams& params) const {
  const WebhookRequest& request = params.request;
  const bool is_form = request.method != HttpMethod::kGet &&
                       IsForm(request.headers.Find("Content-Type").value_or(""));
  return Claimed<std::string>(FindSid(
      is_form ? std::string_view(request.body) : TargetQuery(request.target), "AccountSid"));
}

absl::StatusOr<VerifyResult> TwilioAdapter::Verify(const VerifyParams& params) const {
  return VerifySignature(params, options_);
}

absl::StatusOr<InboundResult> TwilioAdapter::Normalize(const NormalizeParams& params) const {
  const SignedRequest& request = params.request;
  // Only what is left of the URL is signed: not a fragment that somebody appended.
  std::string room;
  const std::string_view url = SignedUrl(OrEmpty(request.url()), room);
  const std::string_view body = OrEmpty(request.body());
  if (HasBodyHash(url)) return NormalizeJson(params, body, url);
  if (request.method() == HttpMethod::kGet) return NormalizeText(params, TargetQuery(url));
  if (!IsForm(request.claimed_header("Content-Type").unverified())) {
    return UnsupportedMediaTypeError();
  }
  const auto* const form = dynamic_cast<const ReadForm*>(params.reading);
  return form != nullptr ? NormalizeParameters(params, form->parameters())
                         : NormalizeText(params, body);
}

}  // namespace twilio
}  // namespace omni::inline v0_1

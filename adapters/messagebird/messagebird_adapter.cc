#include "messagebird_adapter.h"

#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "messagebird_batch.h"
#include "messagebird_channels.h"
#include "messagebird_conversations.h"
#include "messagebird_events.h"
#include "messagebird_fields.h"
#include "messagebird_flat.h"
#include "messagebird_proof.h"
#include "omni/error.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n";

enum class BodyFormat { kJson, kForm, kOther };

// The owner of the account chooses the content type, and may choose a wrong one. A form escapes its
// braces.
BodyFormat FormatOf(std::string_view content_type, std::string_view body) {
  const std::size_t start = body.find_first_not_of(kWhiteSpace);
  const bool object = start != body.npos && body[start] == '{';
  if (object || IsMediaType(content_type, "application/json")) return BodyFormat::kJson;
  const bool form = IsMediaType(content_type, "") ||
                    IsMediaType(content_type, "application/x-www-form-urlencoded");
  return form ? BodyFormat::kForm : BodyFormat::kOther;
}

absl::StatusOr<InboundResult> NormalizeForm(const ChannelAdapter::NormalizeParams& params,
                                            std::string_view form) {
  OMNI_ASSIGN_OR_RETURN(Fields fields, Fields::Parse(form));
  Batch batch(params, fields);
  OMNI_RETURN_IF_ERROR(AddFlat(fields, batch));
  return std::move(batch).Finish();
}

absl::StatusOr<InboundResult> NormalizeJson(const ChannelAdapter::NormalizeParams& params,
                                            std::string_view body, const Options& options) {
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(body));
  if (!document.root().is_object()) {
    return InvalidPayloadError("the body is not a JSON object", "");
  }
  Fields root(document.root());
  Batch batch(params, root);
  if (IsChannels(root)) {
    AddChannels(root, options, batch);
  } else if (IsConversations(root)) {
    AddConversations(root, options, batch);
  } else if (IsEvents(root)) {
    AddEvents(root, WebhookId(params.request), batch);
  } else {
    OMNI_RETURN_IF_ERROR(AddFlat(root, batch));
  }
  return std::move(batch).Finish();
}

}  // namespace

const AdapterInfo& Info() {
  static const AdapterInfo& info = *new AdapterInfo{
      .name = "messagebird",
      .aliases = {},
      .display_name = "MessageBird (Bird)",
      .mounts = {{.name = "receive",
                  .path = "/messagebird",
                  .methods = {HttpMethod::kPost, HttpMethod::kGet},
                  .cors_headers = "Content-Type, MessageBird-Signature, MessageBird-Signature-JWT, "
                                  "MessageBird-Request-Timestamp"}},
      .secrets =
          {{kSigningKey, false,
            "what signs webhooks: the account's signing key, that of a Bird subscription, or "
            "the `whsec_` secret of Bird's newest API"}},
      .account_option = "channelId",
      .origin_authenticates = true,
      .ack_deadline = absl::Seconds(10)};
  return info;
}

absl::StatusOr<VerifyResult> MessageBirdAdapter::Verify(const VerifyParams& params) const {
  return VerifyRequest(params, options_);
}

absl::StatusOr<InboundResult> MessageBirdAdapter::Normalize(const NormalizeParams& params) const {
  const SignedRequest& request = params.request;
  if (request.method() == HttpMethod::kGet) {
    const auto query = request.query();
    if (!query) return InvalidSignatureError("the query is not covered", "query_not_covered");
    return NormalizeForm(params, **query);
  }
  const auto body = request.body();
  if (!body) return InvalidSignatureError("the body is not covered", "body_not_covered");
  switch (FormatOf(request.claimed_header("Content-Type").unverified(), **body)) {
    case BodyFormat::kJson:
      return NormalizeJson(params, **body, options_);
    case BodyFormat::kForm:
      return NormalizeForm(params, **body);
    case BodyFormat::kOther:
      break;
  }
  return UnsupportedMediaTypeError("the body is neither JSON nor a form");
}

}  // namespace messagebird
}  // namespace omni::inline v0_1

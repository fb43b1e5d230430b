#include "omni/adapter.h"

#include <algorithm>

#include "base/block_shelf.h"
#include "omni/error.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace {

std::string_view QueueSuffix(EventKind kind) {
  switch (kind) {
    case EventKind::kMessage:
      return ":inbound";
    case EventKind::kStatus:
      return ":status";
    case EventKind::kNotice:
    case EventKind::kUnknown:
      break;
  }
  return ":notice";
}

std::string ErrorBody(std::string_view message, std::string_view code,
                      std::string_view request_id) {
  std::string body;
  JsonWriter writer(body);
  writer.BeginObject();
  writer.Key("error");
  writer.String(message);
  writer.Key("code");
  writer.String(code);
  writer.Key("requestId");
  writer.String(request_id);
  writer.EndObject();
  return body;
}

}  // namespace

namespace internal {

void* TakeEventBlock() { return BlockShelf<sizeof(InboundEvent)>::Take(); }
void PutEventBlock(void* block) noexcept { BlockShelf<sizeof(InboundEvent)>::Put(block); }

}  // namespace internal

void PathParams::Add(std::string name, std::string value) {
  values_.emplace_back(std::move(name), std::move(value));
}

Claimed<std::string_view> PathParams::Get(std::string_view name) const {
  const auto found = std::find_if(values_.begin(), values_.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  return Claimed<std::string_view>(found == values_.end() ? std::string_view()
                                                          : std::string_view(found->second));
}

Reading::~Reading() = default;
ChannelAdapter::~ChannelAdapter() = default;

Claimed<std::string> ChannelAdapter::ClaimAccount(const ClaimParams&) const { return {}; }

std::optional<HistoryEntry> ChannelAdapter::HistoryEntryFor(const HistoryParams& params) const {
  if (params.event.kind != EventKind::kMessage) return std::nullopt;
  return HistoryEntry{.message = params.event};
}

HttpResponse ChannelAdapter::Answer(const AnswerParams&) const { return HttpResponse::Empty(200); }

HttpRequest ChannelAdapter::BuildForward(const ForwardParams& params) const {
  HttpRequest forward{.method = HttpMethod::kPost,
                      .url = params.mapping.target_url,
                      .body = params.request.body,
                      .public_address_only = true};
  if (const auto type = params.request.headers.Find("Content-Type")) {
    forward.headers.Add("Content-Type", *type);
  }
  return forward;
}

std::string ChannelAdapter::BodyWithoutSecrets(std::string_view body) const {
  return std::string(body);
}

RouteKey ChannelAdapter::Route(const RouteParams& params) const {
  return RouteKey(params.event.Map([](const Event& event) {
    std::string queue = event.tenant;
    queue += ':';
    queue += event.channel;
    queue += QueueSuffix(event.kind);
    return queue;
  }));
}

HttpResponse ChannelAdapter::RejectionFor(const RejectionParams& params) const {
  return ErrorResponse(params.status, params.request_id);
}

absl::Status TooManyEventsError() {
  return MakeError(absl::StatusCode::kResourceExhausted, "the request holds too many events",
                   {.reason = "too_many_events",
                    .code = "PAYLOAD_TOO_LARGE",
                    .blame = Blame::kSender,
                    .http_status = 413});
}

HttpResponse ErrorResponse(const absl::Status& status, std::string_view request_id) {
  const ErrorDetail detail = GetErrorDetail(status);
  const bool internal = detail.http_status >= 500 && !detail.retryable;
  const std::string_view message =
      internal ? std::string_view("internal error")
               : std::string_view(status.message().data(), status.message().size());
  HttpResponse response = HttpResponse::Json(
      detail.http_status, ErrorBody(message, internal ? "INTERNAL" : detail.code, request_id));
  if (!request_id.empty()) response.headers.Set("X-Request-Id", request_id);
  if (detail.retry_after > absl::ZeroDuration()) {
    const absl::Duration seconds = absl::Ceil(detail.retry_after, absl::Seconds(1));
    response.headers.Set("Retry-After", std::to_string(absl::ToInt64Seconds(seconds)));
  }
  return response;
}

}  // namespace omni::inline v0_1

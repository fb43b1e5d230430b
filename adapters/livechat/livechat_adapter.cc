#include "livechat_adapter.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "base/status_macros.h"
#include "livechat_account.h"
#include "livechat_call.h"
#include "livechat_contract.h"
#include "livechat_errors.h"
#include "livechat_history.h"
#include "livechat_history_entry.h"
#include "livechat_private.h"
#include "livechat_proof.h"
#include "livechat_scope.h"
#include "livechat_upload.h"
#include "livechat_webhook.h"
#include "omni/codec.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/support/content_type.h"
#include "omni/support/form.h"
#include "omni/support/url.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace {

constexpr std::string_view kIdentifierParam = "identifier";
constexpr std::string_view kNotServed = "account_not_served";

absl::StatusOr<Identifier> ReadIdentifier(std::string_view segment) {
  auto identifier = DecodeIdentifier(segment);
  if (!identifier) return InvalidIdentifierError();
  return *std::move(identifier);
}

absl::Status CheckIdentifier(const PathParams& params) {
  return ReadIdentifier(params.Get(kIdentifierParam).unverified()).status();
}

MountSpec MakeMount(const char* name, const char* path) {
  return {.name = name,
          .path = path,
          .methods = {HttpMethod::kPost},
          .cors_headers = "Content-Type, Authorization",
          .cors_max_age = absl::Seconds(86'400),
          .cors_any_origin = false,
          .check_preflight = CheckIdentifier};
}

// The path and the query, which no secret covers.
Signed<std::string_view> Trust(const SignedRequest& request, Claimed<std::string_view> claim) {
  return TrustClaim(request.proof(), claim,
                    "who holds the channel's secret may speak of any of its chats, and tenant and "
                    "account follow from the secret");
}

/// The body of a message or a status, which Verify has read as a rule.
///
/// Thread safety: confined.
class Body {
 public:
  absl::Status Read(const ChannelAdapter::NormalizeParams& params) {
    const SignedRequest& request = params.request;
    OMNI_RETURN_IF_ERROR(CheckJsonContentType(request.claimed_header("Content-Type").unverified()));
    const auto body = request.body();
    if (!body) return InvalidSignatureError("the body is not covered", "body_not_covered");
    read_ = dynamic_cast<const ReadBody*>(params.reading);
    if (read_ != nullptr) return absl::OkStatus();
    OMNI_ASSIGN_OR_RETURN(own_, livechat::Read(**body));
    read_ = own_.get();
    return absl::OkStatus();
  }
  /// Once it is read. Lifetime: this object's, and that of what it was read from.
  [[nodiscard]] JsonValue root() const { return read_->root(); }

 private:
  const ReadBody* read_ = nullptr;
  std::unique_ptr<const ReadBody> own_;
};

HttpResponse Acknowledge(std::string_view mount, const Batch& batch) {
  std::string body;
  JsonWriter writer(body);
  writer.BeginObject();
  writer.Key("status");
  writer.String(mount == kChatMount ? "processed" : "received");
  writer.Key("messageId");
  if (batch.message_id()) {
    writer.String(*batch.message_id());
  } else {
    writer.Null();
  }
  if (mount == kChatMount) {
    writer.Key("queuedAt");
    writer.String(omni::FormatTime(batch.received_at()));
  }
  writer.EndObject();
  return HttpResponse::Json(200, std::move(body));
}

absl::StatusOr<InboundResult> AskForHistory(const SignedRequest& request,
                                            const Identifier& identifier, std::string account,
                                            const Form& query) {
  const auto body = request.body();
  if (!body) return InvalidSignatureError("the body is not covered", "body_not_covered");
  OMNI_ASSIGN_OR_RETURN(HistoryQuery history, ReadHistoryQuery(identifier, query, **body));
  history.account = std::move(account);
  InboundResult result;
  result.inquiry = request.Prove(Inquiry(std::move(history)));
  return result;
}

absl::StatusOr<InboundResult> AskForUpload(const SignedRequest& request,
                                           const Identifier& identifier, std::string account,
                                           const Form& query) {
  const auto body = request.body();
  if (!body) return InvalidSignatureError("the body is not covered", "body_not_covered");
  OMNI_ASSIGN_OR_RETURN(
      MediaUpload upload,
      ReadUpload(identifier, query, request.claimed_header("Content-Type").unverified(), **body));
  upload.account = std::move(account);
  InboundResult result;
  result.inquiry = request.Prove(Inquiry(std::move(upload)));
  return result;
}

// The organization in a body, where the body may hold one.
std::string ClaimedOrganization(std::string_view body) {
  const std::size_t start = body.find_first_not_of(" \t\r\n");
  if (start == body.npos || body[start] != '{') return {};
  const auto document = JsonDocument::Parse(body);
  return document.ok() ? OrganizationOf(document->root()) : std::string();
}

}  // namespace

const AdapterInfo& Info() {
  static const AdapterInfo& info = *new AdapterInfo{
      .name = "livechat",
      .aliases = {},
      .display_name = "LiveChat (text.com)",
      .mounts = {MakeMount(kWebhookMount, "/webhooks/livechat/{identifier}"),
                 MakeMount(kChatMount, "/livechat/{identifier}")},
      .secrets =
          {{kWebhookSecret, false,
            "the `secret_key` of the registered webhooks, which comes with each of them"},
           {kApiToken, false,
            "the bearer token of clients: to read a chat's history, to upload files; without "
            "it the webhook secret serves"}},
      .account_option = "organizationId",
      .keeps_history = true,
      .ack_deadline = absl::Seconds(10)};
  return info;
}

LiveChatAdapter::LiveChatAdapter(Options options, std::vector<std::string> identifiers)
    : options_(std::move(options)), identifiers_(std::move(identifiers)) {}

Claimed<std::string> LiveChatAdapter::ClaimAccount(const ClaimParams& params) const {
  std::string organization = ClaimedOrganization(params.request.body);
  if (!organization.empty()) return Claimed(std::move(organization));
  std::string_view path = TargetPath(params.request.target);
  path.remove_prefix(path.rfind('/') + 1);
  auto identifier = DecodeIdentifier(PercentDecode(path));
  return Claimed(identifier ? std::move(identifier->org) : std::string());
}

absl::StatusOr<VerifyResult> LiveChatAdapter::Verify(const VerifyParams& params) const {
  const std::string_view segment = params.path_params.Get(kIdentifierParam).unverified();
  OMNI_ASSIGN_OR_RETURN(const Identifier identifier, ReadIdentifier(segment));
  const bool served =
      identifiers_.empty() ||
      std::binary_search(identifiers_.begin(), identifiers_.end(), ToText(identifier));
  if (params.explanation != nullptr) {
    params.explanation->Add("identifier", served, "served by the channel, or not");
  }
  if (!served) return UnauthorizedError("identifier_unknown");
  return VerifyCall(params, options_, identifier);
}

absl::StatusOr<InboundResult> LiveChatAdapter::Normalize(const NormalizeParams& params) const {
  const SignedRequest& request = params.request;
  const auto segment = Trust(request, params.path_params.Get(kIdentifierParam));
  // Once more: where a channel is insecure, Verify was not asked.
  OMNI_ASSIGN_OR_RETURN(const Identifier identifier, ReadIdentifier(*segment));
  const auto target = Trust(request, request.claimed_target());
  const Call call = CallOf(params.mount, *target);
  if (call == Call::kReceive) return Receive(params, identifier);
  if (call == Call::kDeliveryStatus) return ReceiveStatus(params, identifier);
  OMNI_ASSIGN_OR_RETURN(const Form query, Form::Parse(TargetQuery(*target)));
  std::string account = AccountOf(options_, identifier, {});
  if (call == Call::kFetchMessages) {
    return AskForHistory(request, identifier, std::move(account), query);
  }
  if (call == Call::kUploadMedia) {
    return AskForUpload(request, identifier, std::move(account), query);
  }
  return InvalidPayloadError("there is no such action", "action");
}

absl::StatusOr<InboundResult> LiveChatAdapter::Receive(const NormalizeParams& params,
                                                       const Identifier& identifier) const {
  Body body;
  OMNI_RETURN_IF_ERROR(body.Read(params));
  const JsonValue root = body.root();
  const std::string account = AccountOf(options_, identifier, OrganizationOf(root));
  Batch batch(params);
  if (IsWebhook(root)) {
    AddWebhook(identifier, account, root, batch);
  } else {
    OMNI_RETURN_IF_ERROR(AddContractMessage(identifier, account, root, batch));
  }
  HttpResponse ack = Acknowledge(params.mount, batch);
  return std::move(batch).Finish(std::move(ack));
}

absl::StatusOr<InboundResult> LiveChatAdapter::ReceiveStatus(const NormalizeParams& params,
                                                             const Identifier& identifier) const {
  Body body;
  OMNI_RETURN_IF_ERROR(body.Read(params));
  const JsonValue root = body.root();
  const std::string account = AccountOf(options_, identifier, OrganizationOf(root));
  Batch batch(params);
  OMNI_ASSIGN_OR_RETURN(HttpResponse ack, AddDeliveryStatus(identifier, account, root, batch));
  return std::move(batch).Finish(std::move(ack));
}

std::optional<HistoryEntry> LiveChatAdapter::HistoryEntryFor(const HistoryParams& params) const {
  return EntryFor(params.event);
}

HttpResponse LiveChatAdapter::Answer(const AnswerParams& params) const {
  const auto* history = std::get_if<HistoryQuery>(&params.inquiry);
  const auto* page = std::get_if<HistoryPage>(&params.result);
  if (history != nullptr && page != nullptr) return HistoryAnswer(*history, *page);
  const auto* upload = std::get_if<MediaUpload>(&params.inquiry);
  const auto* stored = std::get_if<StoredMedia>(&params.result);
  if (upload != nullptr && stored != nullptr) return UploadAnswer(*upload, *stored);
  return ChannelAdapter::Answer(params);
}

std::string LiveChatAdapter::BodyWithoutSecrets(std::string_view body) const {
  return BlankSecrets(body);
}

HttpResponse LiveChatAdapter::RejectionFor(const RejectionParams& params) const {
  const ErrorDetail detail = GetErrorDetail(params.status);
  const bool unauthorized = detail.http_status == 401 || detail.reason == kNotServed;
  return ErrorResponse(unauthorized ? UnauthorizedError(detail.reason) : params.status,
                       params.request_id);
}

}  // namespace livechat
}  // namespace omni::inline v0_1

#include "pipeline/test_adapter.h"

#include <boost/describe.hpp>
#include <optional>
#include <utility>
#include <variant>

#include "omni/codec.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/support/config.h"
#include "omni/support/wtf8.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

AdapterInfo MakeInfo(const EchoOptions& options) {
  AdapterInfo info;
  info.name = options.name;
  info.mounts = {{.name = "receive",
                  .path = options.path,
                  .methods = {HttpMethod::kGet, HttpMethod::kPost},
                  .cors_headers = "Content-Type, X-Token",
                  .cors_max_age = absl::Hours(24),
                  .cors_any_origin = options.any_origin}};
  info.secrets = {{.name = "token", .required = options.token_required}, {.name = "extra"}};
  info.account_option = "accountId";
  info.origin_authenticates = options.origin_authenticates;
  info.forwards_accounts = options.forwards_accounts;
  info.keeps_history = options.keeps_history;
  info.ack_deadline = options.ack_deadline;
  return info;
}

absl::Status Refusal(absl::StatusCode code, std::string_view reason, std::string_view http_code,
                     int http_status) {
  return MakeError(code, "the body is not as it should be",
                   {.reason = std::string(reason),
                    .code = std::string(http_code),
                    .blame = Blame::kSender,
                    .http_status = http_status});
}

EventKind ParseKind(std::string_view word) {
  if (word == "status") return EventKind::kStatus;
  if (word == "notice") return EventKind::kNotice;
  return EventKind::kMessage;
}

Message MakeMessage(JsonValue item) {
  Message message{.type = MessageType::kText, .text = std::string(item["text"].text())};
  message.keyword = FindKeyword(message.text);
  for (JsonValue url : item["media"].elements()) {
    message.type = MessageType::kImage;
    message.media.push_back({.url = std::string(url.text())});
  }
  if (const JsonValue fragment = item["fragment"]; fragment.exists()) {
    message.fragment = Fragment{.reference = std::string(fragment["reference"].text()),
                                .number = fragment["number"].AsInt64().value_or(0),
                                .total = fragment["total"].AsInt64().value_or(0)};
  }
  return message;
}

std::optional<MessagePart> ReadPart(JsonValue item) {
  const JsonValue fragment = item["fragment"];
  if (!fragment.exists()) return std::nullopt;
  return MessagePart{.reference_bits = static_cast<int>(fragment["bits"].AsInt64().value_or(0)),
                     .text = Wtf8FromJson(item["text"].raw())};
}

std::optional<Inquiry> ReadInquiry(JsonValue asked) {
  const auto text = [](JsonValue value) { return std::string(value.text()); };
  if (const JsonValue ask = asked["history"]; ask.exists()) {
    return HistoryQuery{.account = text(ask["account"]), .conversation = text(ask["conversation"])};
  }
  if (const JsonValue ask = asked["upload"]; ask.exists()) {
    return MediaUpload{.account = text(ask["account"]),
                       .conversation = text(ask["conversation"]),
                       .content = text(ask["content"])};
  }
  if (const JsonValue ask = asked["change"]; ask.exists()) {
    MappingChange change{.account = text(ask["account"]), .enabled = ask["enabled"].AsBool()};
    if (ask["target"].exists()) change.target_url = text(ask["target"]);
    return change;
  }
  if (const JsonValue ask = asked["removal"]; ask.exists()) {
    return MappingRemoval{.account = text(ask["account"])};
  }
  if (const JsonValue ask = asked["mappings"]; ask.exists()) {
    return MappingQuery{.account = text(ask["account"]),
                        .after = text(ask["after"]),
                        .limit = static_cast<std::size_t>(ask["limit"].AsInt64().value_or(100))};
  }
  return std::nullopt;
}

/// What a store said, in a line.
struct Describe {
  std::string operator()(const HistoryPage& page) const {
    std::string line = "history";
    for (const Event& event : page.messages) line.append(" ").append(event.carrier_message_id);
    return line;
  }
  std::string operator()(const StoredMedia& media) const { return "media " + media.url; }
  std::string operator()(const AccountMapping& mapping) const {
    return "mapping " + mapping.account + " " + mapping.target_url +
           (mapping.enabled ? "" : " disabled");
  }
  std::string operator()(const MappingPage& page) const {
    std::string line = "mappings";
    for (const AccountMapping& mapping : page.mappings) line.append(" ").append(mapping.account);
    return page.has_more ? line + " ..." : line;
  }
};

Event MakeEvent(JsonValue item, std::string_view account) {
  Event event;
  event.kind = ParseKind(item["kind"].text());
  event.channel = "sms";
  event.account = item["account"].exists() ? item["account"].text() : account;
  event.direction = Direction::kInbound;
  event.carrier_message_id = item["id"].text();
  event.conversation = item["conversation"].text();
  if (item["at"].exists()) event.occurred_at = *ParseTime(item["at"].text());
  if (item["from"].exists()) event.from = Address{.address = std::string(item["from"].text())};
  if (item["to"].exists()) event.to.push_back({.address = std::string(item["to"].text())});
  if (event.kind == EventKind::kMessage) {
    event.message = MakeMessage(item);
  } else if (event.kind == EventKind::kStatus) {
    const std::string_view word = item["status"].text();
    event.status = DeliveryStatus{
        .value = word == "delivered" ? StatusValue::kDelivered : StatusValue::kUnknown,
        .carrier_value = std::string(word)};
  } else {
    const std::string_view type = item["notice"].text();
    event.notice = Notice{.type = std::string(type.empty() ? "unknown" : type),
                          .subject = std::string(item["text"].text())};
  }
  return event;
}

absl::Status CheckBody(JsonValue root) {
  const std::string_view refuse = root["refuse"].text();
  if (refuse == "413") {
    return Refusal(absl::StatusCode::kOutOfRange, "too_large", "PAYLOAD_TOO_LARGE", 413);
  }
  if (refuse == "415") {
    return Refusal(absl::StatusCode::kInvalidArgument, "media_type", "UNSUPPORTED_MEDIA_TYPE", 415);
  }
  if (refuse == "422") {
    return Refusal(absl::StatusCode::kInvalidArgument, "unprocessable", "UNPROCESSABLE", 422);
  }
  if (refuse == "429") return absl::ResourceExhaustedError("more events than allowed");
  if (refuse == "500") return absl::InternalError("a bug with its entrails");
  if (refuse == "field") return MissingFieldError("events[0].id");
  return absl::OkStatus();
}

struct FactoryOptions {
  std::string greeting = {};
};
BOOST_DESCRIBE_STRUCT(FactoryOptions, (), (greeting))

class EchoFactory : public AdapterFactory {
 public:
  EchoFactory(std::string name, std::vector<std::string> aliases) {
    options_.name = std::move(name);
    info_ = MakeInfo(options_);
    info_.aliases = std::move(aliases);
  }
  [[nodiscard]] const AdapterInfo& info() const override { return info_; }
  [[nodiscard]] absl::StatusOr<std::unique_ptr<const ChannelAdapter>> Create(
      const CreateParams& params) const override {
    ConfigReader reader(params.options, params.path);
    FactoryOptions options;
    reader.Read(options);
    reader.RejectUnknown(params.reserved);
    if (!reader.ok()) return reader.status();
    return MakeEcho(options_);
  }

 private:
  EchoOptions options_;
  AdapterInfo info_;
};

}  // namespace

EchoAdapter::EchoAdapter(EchoOptions options)
    : options_(std::move(options)), info_(MakeInfo(options_)) {}

Claimed<std::string> EchoAdapter::ClaimAccount(const ClaimParams& params) const {
  if (!options_.claims_account) return {};
  return Claimed<std::string>(std::string(params.request.headers.Find("X-Account").value_or("")));
}

absl::StatusOr<VerifyResult> EchoAdapter::Verify(const VerifyParams& params) const {
  if (options_.on_verify) options_.on_verify(params);
  if (options_.origin_authenticates && params.origin_allowed) {
    return VerifyResult{.coverage = {.body = true}};
  }
  if (params.request.headers.Find("X-Fault") == "verify") {
    return absl::InternalError("a bug with its entrails");
  }
  const auto token = params.request.headers.Find("X-Token");
  if (params.explanation != nullptr) {
    params.explanation->Add("token", token.has_value(), "looked for X-Token");
  }
  if (!token) return InvalidSignatureError("the token is missing", "signature_missing");
  for (const auto& key : params.keys.Ring("token").keys()) {
    if (ConstantTimeEquals(*token, key->secret().Reveal())) {
      const auto nonce = params.request.headers.Find("X-Nonce");
      return VerifyResult{.coverage = {.body = true},
                          .key_id = key->id(),
                          .nonce = std::string(nonce.value_or("")),
                          .nonce_expires = params.now + options_.nonce_life,
                          .from_carrier = params.request.headers.Find("X-Sender") != "host"};
    }
  }
  return InvalidSignatureError("the token does not match", "signature_mismatch");
}

absl::StatusOr<InboundResult> EchoAdapter::Normalize(const NormalizeParams& params) const {
  if (options_.on_normalize) {
    if (absl::Status status = options_.on_normalize(params); !status.ok()) return status;
  }
  InboundResult result;
  if (params.request.method() == HttpMethod::kGet) {
    const std::string_view target = params.request.claimed_target().unverified();
    result.ack = HttpResponse::Text(200, std::string(TargetQuery(target)));
    return result;
  }
  const auto body = params.request.body();
  if (!body) return absl::InternalError("the body is not covered");
  auto document = JsonDocument::Parse(**body);
  if (!document.ok()) return std::move(document).status();
  const JsonValue root = document->root();
  if (absl::Status status = CheckBody(root); !status.ok()) return status;
  for (JsonValue item : root["events"].elements()) {
    Event event = MakeEvent(item, root["account"].text());
    if (params.keep_raw) event.raw = RawJson::From(item);
    result.events.push_back({.event = params.request.Prove(std::move(event)),
                             .identity = std::string(item["identity"].text()),
                             .part = ReadPart(item)});
  }
  if (auto inquiry = ReadInquiry(root["inquiry"])) {
    result.inquiry = params.request.Prove(*std::move(inquiry));
  }
  for (JsonValue reason : root["ignored"].elements()) result.ignored.emplace_back(reason.text());
  for (JsonValue url : root["followUps"].elements()) {
    result.follow_ups.push_back({.url = std::string(url.text())});
  }
  result.ack = HttpResponse::Json(200, R"({"status":"ok"})");
  return result;
}

std::optional<HistoryEntry> EchoAdapter::HistoryEntryFor(const HistoryParams& params) const {
  const std::optional<Notice>& notice = params.event.notice;
  if (!notice || notice->type == "unknown") return ChannelAdapter::HistoryEntryFor(params);
  HistoryEntry entry{.message = params.event, .revises = true};
  if (notice->type == "edited") entry.message.message = Message{.text = notice->subject};
  return entry;
}

HttpResponse EchoAdapter::Answer(const AnswerParams& params) const {
  return HttpResponse::Text(200, std::visit(Describe(), params.result));
}

std::string EchoAdapter::BodyWithoutSecrets(std::string_view body) const {
  std::string blanked(body);
  if (const std::size_t place = blanked.find(kBodySecret); place != std::string::npos) {
    blanked.replace(place, kBodySecret.size(), "blanked");
  }
  return blanked;
}

HttpResponse EchoAdapter::RejectionFor(const RejectionParams& params) const {
  HttpResponse response = ChannelAdapter::RejectionFor(params);
  if (options_.challenges && response.status == 401) {
    response.headers.Set("WWW-Authenticate", "Token");
  }
  return response;
}

std::unique_ptr<const ChannelAdapter> MakeEcho(EchoOptions options) {
  return std::make_unique<const EchoAdapter>(std::move(options));
}

AdapterRegistry MakeRegistry() {
  AdapterRegistry::Builder builder;
  builder.Add(std::make_unique<const EchoFactory>("echo", std::vector<std::string>{"parrot"}));
  builder.Add(std::make_unique<const EchoFactory>("other", std::vector<std::string>{}));
  return *std::move(builder).Build();
}

}  // namespace testing
}  // namespace omni::inline v0_1

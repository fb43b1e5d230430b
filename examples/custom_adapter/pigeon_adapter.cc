#include "pigeon_adapter.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "omni/adapter.h"
#include "omni/error.h"
#include "omni/event.h"
#include "omni/json.h"
#include "omni/support/config.h"
#include "omni/support/encoding.h"
#include "omni/support/phone.h"
#include "omni/support/signature.h"
#include "omni/support/time_parse.h"

namespace pigeon {
namespace {

const omni::AdapterInfo& Info() {
  static const auto& info = *new omni::AdapterInfo{
      .name = "pigeon",
      .display_name = "Pigeon Post",
      .mounts = {{.name = "receive", .path = "/webhooks/pigeon"}},
      .secrets = {{.name = "signingKey", .required = true, .description = "signs every webhook"}},
  };
  return info;
}

omni::StatusValue FlightState(std::string_view word) {
  static constexpr std::pair<std::string_view, omni::StatusValue> kStates[] = {
      {"waiting", omni::StatusValue::kQueued},
      {"airborne", omni::StatusValue::kSent},
      {"arrived", omni::StatusValue::kDelivered},
      {"lost", omni::StatusValue::kFailed},
  };
  for (const auto& [name, value] : kStates) {
    if (name == word) return value;
  }
  return omni::StatusValue::kUnknown;
}

void ReadLetter(omni::JsonValue update, omni::Event& event) {
  event.kind = omni::EventKind::kMessage;
  event.direction = omni::Direction::kInbound;
  event.conversation =
      omni::ConversationId("pigeon", event.to.front().address, event.from->address);
  if (auto sent_at = omni::ParseIsoTime(update["sentAt"].text())) event.occurred_at = *sent_at;
  event.message =
      omni::Message{.type = omni::MessageType::kText, .text = std::string(update["text"].text())};
}

void ReadFlight(omni::JsonValue update, omni::Event& event) {
  event.kind = omni::EventKind::kStatus;
  event.direction = omni::Direction::kOutbound;
  event.conversation =
      omni::ConversationId("pigeon", event.from->address, event.to.front().address);
  event.status = omni::DeliveryStatus{.value = FlightState(update["state"].text()),
                                      .carrier_value = std::string(update["state"].text())};
  if (omni::JsonValue cause = update["cause"]; cause.is_object()) {
    event.status->error = omni::DeliveryError{.code = std::string(cause["code"].scalar()),
                                              .message = std::string(cause["text"].text()),
                                              .class_ = omni::ErrorClass::kCarrierFault,
                                              .retryable = true};
  }
}

/// One update as an event. What is not understood becomes a notice: nothing that a verified carrier
/// says is dropped.
omni::Event ReadUpdate(omni::JsonValue update) {
  omni::Event event;
  event.carrier = event.channel = "pigeon";
  const std::string_view kind = update["kind"].text();
  if (update["id"].text().empty() || (kind != "letter" && kind != "flight")) {
    event.kind = omni::EventKind::kNotice;
    event.direction = omni::Direction::kInbound;
    event.notice = omni::Notice{
        .type = "unknown", .subject = std::string(kind), .detail = omni::RawJson::From(update)};
    return event;
  }
  event.carrier_message_id = update["id"].text();
  event.from = omni::MakeAddress(update["from"].text());
  event.to = {omni::MakeAddress(update["to"].text())};
  if (kind == "letter") {
    ReadLetter(update, event);
  } else {
    ReadFlight(update, event);
  }
  return event;
}

class PigeonAdapter : public omni::ChannelAdapter {
 public:
  explicit PigeonAdapter(const Options& options) : options_(options) {}

  const omni::AdapterInfo& info() const override { return Info(); }

  absl::StatusOr<omni::VerifyResult> Verify(const VerifyParams& params) const override {
    const auto signature = params.request.headers.Find("X-Pigeon-Signature");
    const auto timestamp = params.request.headers.Find("X-Pigeon-Timestamp");
    if (!signature || !timestamp) {
      return omni::InvalidSignatureError("the request is not signed", "signature_missing");
    }
    const auto signed_at = omni::ParseUnixTime(*timestamp);
    if (!signed_at || absl::AbsDuration(params.now - *signed_at) > options_.time_window) {
      return omni::InvalidSignatureError("the timestamp is outside the time window",
                                         "timestamp_out_of_window");
    }
    for (const auto& key : params.keys.Ring("signingKey").keys()) {
      const omni::Sha256Digest code =
          key->Prepared<omni::HmacSha256Key>().Sign({*timestamp, ".", params.request.body});
      const bool match = omni::ConstantTimeEquals(omni::HexEncode(omni::AsView(code)), *signature);
      if (params.explanation != nullptr) params.explanation->Add("key", match, key->id());
      if (match) return omni::VerifyResult{.coverage = {.body = true}, .key_id = key->id()};
    }
    return omni::InvalidSignatureError("no signing key gives this signature", "signature_mismatch");
  }

  absl::StatusOr<omni::InboundResult> Normalize(const NormalizeParams& params) const override {
    const auto body = params.request.body();
    if (!body) return absl::InternalError("the body is not covered");
    const auto document = omni::JsonDocument::Parse(**body);
    if (!document.ok()) return document.status();
    const omni::JsonValue updates = document->root()["updates"];
    if (!updates.is_array()) return omni::InvalidPayloadError("expected a list", "updates");
    if (updates.size() > params.max_events) {
      return absl::ResourceExhaustedError("too many updates in one webhook");
    }

    omni::InboundResult result;
    for (omni::JsonValue update : updates.elements()) {
      omni::Event event = ReadUpdate(update);
      event.account = document->root()["loft"].text();
      if (params.keep_raw) event.raw = omni::RawJson::From(update);
      result.events.push_back({.event = params.request.Prove(std::move(event))});
    }
    result.ack =
        omni::HttpResponse::Json(200, "{\"received\":" + std::to_string(updates.size()) + "}");
    return result;
  }

 private:
  const Options options_;
};

class PigeonFactory : public omni::AdapterFactory {
 public:
  const omni::AdapterInfo& info() const override { return Info(); }

  absl::StatusOr<std::unique_ptr<const omni::ChannelAdapter>> Create(
      const CreateParams& params) const override {
    Options options;
    omni::ConfigReader reader(params.options, params.path);
    reader.Read(options);
    reader.RejectUnknown(params.reserved);
    if (!reader.ok()) return reader.status();
    return std::make_unique<PigeonAdapter>(options);
  }
};

}  // namespace

void Register(omni::AdapterRegistry::Builder& builder) {
  builder.Add(std::make_unique<PigeonFactory>());
}

}  // namespace pigeon

#include "conformance/toy_items.h"

#include <string>
#include <string_view>
#include <utility>

#include "omni/error.h"
#include "omni/event.h"
#include "omni/support/form.h"
#include "omni/support/phone.h"
#include "omni/support/time_parse.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

constexpr std::pair<std::string_view, StatusValue> kStates[] = {
    {"sent", StatusValue::kSent},
    {"delivered", StatusValue::kDelivered},
    {"failed", StatusValue::kFailed},
};

StatusValue StateOf(std::string_view word) {
  for (const auto& [name, value] : kStates) {
    if (name == word) return value;
  }
  return StatusValue::kUnknown;
}

void ReadParties(JsonValue item, Event& event) {
  event.carrier_message_id = item["id"].scalar();
  event.from = MakeAddress(item["from"].text());
  event.to = {MakeAddress(item["to"].text())};
}

void ReadMessage(JsonValue item, Event& event) {
  event.kind = EventKind::kMessage;
  event.direction = Direction::kInbound;
  ReadParties(item, event);
  event.conversation = ConversationId("toy", event.to.front().address, event.from->address);
  event.message = Message{.type = MessageType::kText, .text = std::string(item["text"].text())};
}

void ReadStatus(JsonValue item, Event& event) {
  event.kind = EventKind::kStatus;
  event.direction = Direction::kOutbound;
  ReadParties(item, event);
  event.conversation = ConversationId("toy", event.from->address, event.to.front().address);
  const std::string_view state = item["state"].text();
  event.status = DeliveryStatus{.value = StateOf(state), .carrier_value = std::string(state)};
}

void ReadUnknown(JsonValue item, Event& event) {
  event.kind = EventKind::kNotice;
  event.direction = Direction::kInbound;
  event.notice = Notice{.type = "unknown",
                        .subject = std::string(item["kind"].text()),
                        .detail = RawJson::From(item)};
}

bool HasParties(JsonValue item) {
  return !item["id"].scalar().empty() && !item["from"].text().empty() && !item["to"].text().empty();
}

Event ReadItem(JsonValue item, std::string_view account, bool keep_raw) {
  Event event;
  event.carrier = "toy";
  event.channel = "toy";
  event.account = account;
  if (const auto at = ParseUnixTime(item["at"])) event.occurred_at = *at;
  const std::string_view kind = item["kind"].text();
  if (kind == "message" && HasParties(item)) {
    ReadMessage(item, event);
  } else if (kind == "status" && HasParties(item) && !item["state"].text().empty()) {
    ReadStatus(item, event);
  } else {
    ReadUnknown(item, event);
  }
  if (keep_raw) event.raw = RawJson::From(item);
  return event;
}

// The query of a status as the item that a body would hold.
std::string ItemOfQuery(std::string_view query) {
  std::string json;
  JsonWriter writer(json);
  writer.BeginObject();
  const auto form = Form::Parse(query);
  if (form.ok()) {
    for (const Form::Field& field : form->fields()) {
      writer.Key(field.name);
      writer.String(field.value);
    }
  }
  writer.EndObject();
  return json;
}

std::string BodyOf(const ChannelAdapter::NormalizeParams& params) {
  if (params.mount != "status") {
    return std::string(params.request.claimed_body().unverified());
  }
  const auto url = params.request.url();
  return R"({"items":[)" + ItemOfQuery(url ? TargetQuery(**url) : std::string_view()) + "]}";
}

absl::StatusOr<InboundResult> ReadItems(const ChannelAdapter::NormalizeParams& params,
                                        JsonValue root, const ToyEventHook& hook) {
  const JsonValue items = root["items"];
  if (!items.is_array()) return InvalidPayloadError("expected a list", "items");
  if (items.size() > params.max_events) {
    return absl::ResourceExhaustedError("too many items in one request");
  }
  InboundResult result;
  for (JsonValue item : items.elements()) {
    Event event = ReadItem(item, root["account"].text(), params.keep_raw);
    result.events.push_back({.event = params.request.Prove(std::move(event))});
    if (hook) hook(result.events.back(), item, params);
  }
  result.ack = HttpResponse::Json(200, "{\"ok\":true}");
  return result;
}

}  // namespace

absl::StatusOr<InboundResult> ReadToyRequest(const ChannelAdapter::NormalizeParams& params,
                                             const ToyEventHook& hook) {
  const auto* const read = dynamic_cast<const ToyReading*>(params.reading);
  if (read != nullptr) return ReadItems(params, read->root(), hook);
  const auto document = JsonDocument::Parse(BodyOf(params));
  if (!document.ok()) return document.status();
  return ReadItems(params, document->root(), hook);
}

}  // namespace testing
}  // namespace omni::inline v0_1

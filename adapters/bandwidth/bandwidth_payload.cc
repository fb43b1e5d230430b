#include "bandwidth_payload.h"

#include <string>
#include <string_view>
#include <utility>

#include "bandwidth_message.h"
#include "bandwidth_notice.h"
#include "bandwidth_status.h"
#include "bandwidth_voxbone.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace {

constexpr std::string_view kAck =
    R"({"success":true,"message":"Message received and queued for processing"})";

struct StatusRow {
  std::string_view type;
  StatusValue value;
};
constexpr StatusRow kStatuses[] = {
    {"message-sending", StatusValue::kSending},     {"message-sent", StatusValue::kSent},
    {"message-delivered", StatusValue::kDelivered}, {"message-read", StatusValue::kRead},
    {"message-failed", StatusValue::kFailed},
};

struct InboundRow {
  std::string_view type;
  void (*add)(const Callback& callback, Batch& batch);
};
constexpr InboundRow kInbound[] = {
    {"message-received", AddMessage},
    {"suggestion-response", AddSuggestion},
    {"requested-location-response", AddLocation},
};

void AddTyped(const Callback& callback, Batch& batch) {
  for (const StatusRow& row : kStatuses) {
    if (row.type == callback.type) return AddStatus(callback, row.value, batch);
  }
  for (const InboundRow& row : kInbound) {
    if (row.type == callback.type) return row.add(callback, batch);
  }
  AddUnknown(callback.type, callback, batch);
}

enum class Shape { kTyped, kTypeless, kVerification, kVoxbone, kOther };

Shape ShapeOf(JsonValue item) {
  if (!item["type"].text().empty()) return Shape::kTyped;
  if (item["message"].is_object()) return Shape::kTypeless;
  if (IsVerification(item)) return Shape::kVerification;
  return IsVoxboneMessage(item) ? Shape::kVoxbone : Shape::kOther;
}

void AddCallback(const Callback& callback, Batch& batch) {
  switch (ShapeOf(callback.item)) {
    case Shape::kTyped:
      return AddTyped(callback, batch);
    case Shape::kTypeless:
      AddUnknown("", callback, batch);
      return batch.NoteMissing("type", callback);
    case Shape::kVerification:
      return AddVerification(callback, batch);
    case Shape::kVoxbone:
      return AddVoxboneMessage(callback, batch);
    case Shape::kOther:
      // The API before V2 names its callbacks `eventType`.
      return AddUnknown(callback.item["eventType"].text(), callback, batch);
  }
}

Callback Read(JsonValue item, const Destination& destination) {
  return {.item = item,
          .message = item["message"],
          .type = item["type"].text(),
          .destination = destination};
}

}  // namespace

void AddPayload(JsonValue root, const Destination& destination, Batch& batch) {
  if (!root.is_array()) return AddCallback(Read(root, destination), batch);
  if (root.size() == 0) batch.Ignore("empty");
  std::size_t index = 0;
  for (const JsonValue item : root.elements()) {
    Callback callback = Read(item, destination);
    callback.index = index++;
    AddCallback(callback, batch);
  }
}

HttpResponse AckFor(JsonValue root) {
  const Shape shape = ShapeOf(root);
  if (shape == Shape::kVerification) return HttpResponse::Empty(204);
  std::string body(kAck);
  if (shape == Shape::kVoxbone) {
    body.pop_back();
    body += R"(,"transaction_id":)";
    JsonWriter(body).String(root["uuid"].scalar());
    body += '}';
  }
  return HttpResponse::Json(200, std::move(body));
}

}  // namespace bandwidth
}  // namespace omni::inline v0_1

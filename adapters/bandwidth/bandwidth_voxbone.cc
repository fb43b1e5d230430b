#include "bandwidth_voxbone.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "bandwidth_fields.h"
#include "bandwidth_fragment.h"
#include "bandwidth_notice.h"
#include "omni/support/phone.h"
#include "omni/support/time_parse.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace {

constexpr std::string_view kSms = "sms";

constexpr KnownNames kMessageScalars = {"from", "msg", "uuid", "time"};
constexpr KnownNames kReportScalars = {"orig_from", "delivery_status", "done_date"};

struct StatusRow {
  std::string_view word;
  StatusValue value;
};
constexpr StatusRow kStatuses[] = {
    {"message_waiting", StatusValue::kSending},
    {"delivered_to_network", StatusValue::kSent},
    {"delivered_to_terminal", StatusValue::kDelivered},
    {"delivery_expired", StatusValue::kExpired},
    {"delivery_failed", StatusValue::kFailed},
    {"delivery_rejected", StatusValue::kRejected},
    {"delivery_impossible", StatusValue::kUndelivered},
    {"delivery_unknown", StatusValue::kUnknown},
};

bool IsFailure(StatusValue value) {
  return value == StatusValue::kExpired || value == StatusValue::kFailed ||
         value == StatusValue::kRejected || value == StatusValue::kUndelivered;
}

// `2026-02-03 14:22:07`, which is in UTC.
void SetUtcTime(std::string_view key, JsonValue value, Event& event) {
  if (const auto time = ParseIsoTime(std::string(value.text()) + "Z")) {
    event.occurred_at = *time;
  } else {
    event.metadata.Set(key, value.scalar());
  }
}

void SetConversation(const Address& business, const Address& customer, Event& event) {
  event.conversation = ConversationId(kCarrier, business.address, customer.address);
}

}  // namespace

bool IsVoxboneMessage(JsonValue item) { return item["msg"].exists() && item["from"].exists(); }

void AddVoxboneMessage(const Callback& callback, Batch& batch) {
  const JsonValue item = callback.item;
  const std::string_view from = item["from"].scalar();
  if (from.empty()) return AddIncomplete("from", Direction::kInbound, callback, batch);
  Event event = NewEvent(EventKind::kMessage, callback);
  event.channel = kSms;
  event.direction = Direction::kInbound;
  event.carrier_message_id = item["uuid"].scalar();
  event.from = MakeAddress(from);
  if (!callback.destination.proved.empty()) {
    event.to.push_back(MakeAddress(callback.destination.proved));
    SetConversation(event.to.front(), *event.from, event);
  }
  SetUtcTime("messageTime", item["time"], event);
  Message& message = event.message.emplace();
  message.type = MessageType::kText;
  message.text = item["msg"].scalar();
  FragmentReading fragment = ReadFragment(callback, item["msg"], event);
  if (!fragment.part) message.keyword = FindKeyword(message.text);
  // Parts are joined by who gets them.
  if (event.to.empty()) fragment.part.reset();
  KeepRest(item, {{.scalars = &kMessageScalars}, fragment.of_item}, {}, event.metadata);
  std::string identity;
  if (message.fragment && !event.carrier_message_id.empty()) {
    identity = event.carrier_message_id + ":" + message.fragment->reference + "/" +
               std::to_string(message.fragment->number);
  }
  batch.Add(std::move(event), callback, std::move(identity), std::move(fragment.part));
}

void AddVoxboneReport(JsonValue root, const ChannelAdapter::NormalizeParams& params,
                      const Destination& destination, Batch& batch) {
  const Callback callback{.item = root, .destination = destination};
  const std::string_view word = root["delivery_status"].text();
  if (destination.proved.empty() || word.empty()) return AddUnknown(word, callback, batch);
  Event event = NewEvent(EventKind::kStatus, callback);
  event.channel = kSms;
  event.direction = Direction::kOutbound;
  event.carrier_message_id =
      *TrustClaim(params.request.proof(), params.path_params.Get("transaction"),
                  "it is part of the URL, which the proof covers as it covers the destination");
  event.to.push_back(MakeAddress(destination.proved));
  if (const std::string_view from = root["orig_from"].scalar(); !from.empty()) {
    event.from = MakeAddress(from);
    SetConversation(*event.from, event.to.front(), event);
  }
  SetUtcTime("doneDate", root["done_date"], event);
  const auto row = std::find_if(std::begin(kStatuses), std::end(kStatuses),
                                [word](const StatusRow& known) { return known.word == word; });
  DeliveryStatus& status = event.status.emplace();
  status.value = row == std::end(kStatuses) ? StatusValue::kUnknown : row->value;
  status.carrier_value = word;
  if (IsFailure(status.value)) {
    status.error = DeliveryError{.code = std::string(root["status_code"].scalar())};
  }
  KeepRest(root, {{.scalars = &kReportScalars}}, {}, event.metadata);
  batch.Add(std::move(event), callback, {});
}

}  // namespace bandwidth
}  // namespace omni::inline v0_1

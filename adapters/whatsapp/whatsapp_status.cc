#include "whatsapp_status.h"

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "omni/codec.h"
#include "omni/support/time_parse.h"
#include "whatsapp_errors.h"
#include "whatsapp_fields.h"

namespace omni::inline v0_1 {
namespace whatsapp {
namespace {

struct Word {
  std::string_view word;
  StatusValue value;
};
constexpr Word kWords[] = {
    {"sent", StatusValue::kSent},     {"delivered", StatusValue::kDelivered},
    {"read", StatusValue::kRead},     {"played", StatusValue::kRead},
    {"failed", StatusValue::kFailed}, {"deleted", StatusValue::kDeleted},
};

StatusValue ValueOf(std::string_view word) {
  for (const Word& row : kWords) {
    if (row.word == word) return row.value;
  }
  return StatusValue::kUnknown;
}

DeliveryError ReadError(JsonValue error) {
  const std::string_view code = error["code"].scalar();
  DeliveryError result;
  result.code = code;
  result.message = error["message"].scalar();
  if (result.message.empty()) result.message = error["title"].scalar();
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(code.data(), code.data() + code.size(), number);
  if (failure == std::errc() && end == code.data() + code.size()) {
    const ErrorMeaning meaning = MeaningOf(number);
    result.class_ = meaning.error_class;
    result.retryable = meaning.retryable;
  }
  return result;
}

void ReadErrors(JsonValue errors, Event& event) {
  if (const JsonValue first = FirstError(errors); first.is_object()) {
    event.status->error = ReadError(first);
    const std::string_view title = first["title"].scalar();
    if (title != event.status->error->message) event.metadata.Set("errorTitle", title);
  }
  KeepErrorDetails(errors, event.metadata);
}

// In a group each participant has statuses of their own.
void ReadParties(const Scope& scope, JsonValue item, Event& event) {
  const bool to_group = item["recipient_type"].text() == "group";
  const JsonValue participant =
      Either(item["recipient_participant_id"], item["participant_recipient_id"]);
  const JsonValue parent =
      Either(item["recipient_parent_user_id"], item["parent_recipient_user_id"]);
  const Person recipient{
      .id = (to_group ? participant : Either(participant, item["recipient_id"])).scalar(),
      .user_id = Either(item["recipient_participant_user_id"], item["recipient_user_id"]).scalar(),
      .parent_user_id = parent.scalar(),
      .identity_key_hash = item["recipient_identity_key_hash"].scalar()};
  const std::string_view group = to_group ? item["recipient_id"].scalar() : std::string_view();
  SetParties(scope, Direction::kOutbound, CustomerAddress(scope, recipient, event.metadata), group,
             event);
}

void ReadPricing(JsonValue pricing, Metadata& metadata) {
  static constexpr std::string_view kScalars[] = {"pricing_model", "type", "category", "billable"};
  if (!pricing.is_object()) return;
  metadata.Set("pricingModel", pricing["pricing_model"].scalar());
  metadata.Set("pricingType", pricing["type"].scalar());
  metadata.Set("pricingCategory", pricing["category"].scalar());
  metadata.Set("billable", pricing["billable"].scalar());
  KeepRest(pricing, {kScalars, {}}, "pricing", metadata);
}

void ReadConversation(JsonValue conversation, Metadata& metadata) {
  static constexpr std::string_view kScalars[] = {"id", "expiration_timestamp"};
  static constexpr std::string_view kStructures[] = {"origin"};
  static constexpr std::string_view kOriginScalars[] = {"type"};
  if (!conversation.is_object()) return;
  const JsonValue expires = conversation["expiration_timestamp"];
  const auto time = ParseUnixTime(expires);
  metadata.Set("conversationId", conversation["id"].scalar());
  metadata.Set("conversationOrigin", conversation["origin"]["type"].scalar());
  metadata.Set("conversationExpiresAt",
               time ? omni::FormatTime(*time) : std::string(expires.scalar()));
  KeepRest(conversation["origin"], {kOriginScalars, {}}, "conversationOrigin", metadata);
  KeepRest(conversation, {kScalars, kStructures}, "conversation", metadata);
}

void KeepStatusRest(JsonValue item, Metadata& metadata) {
  static constexpr std::string_view kScalars[] = {"id",
                                                  "status",
                                                  "timestamp",
                                                  "recipient_id",
                                                  "recipient_type",
                                                  "recipient_participant_id",
                                                  "participant_recipient_id",
                                                  "recipient_user_id",
                                                  "recipient_participant_user_id",
                                                  "recipient_parent_user_id",
                                                  "parent_recipient_user_id",
                                                  "recipient_identity_key_hash",
                                                  "biz_opaque_callback_data"};
  static constexpr std::string_view kStructures[] = {"pricing", "conversation", "errors"};
  KeepRest(item, {kScalars, kStructures}, {}, metadata);
}

}  // namespace

void AddStatus(const Scope& scope, JsonValue item, Batch& batch) {
  if (!item.is_object()) return AddUnknown(scope, scope.field, item, batch);
  const std::string_view id = item["id"].scalar();
  const std::string_view word = item["status"].text();

  Event event = NewEvent(scope, EventKind::kStatus);
  event.carrier_message_id = id;
  if (const auto time = ParseUnixTime(item["timestamp"])) event.occurred_at = *time;
  event.status =
      DeliveryStatus{.value = ValueOf(word), .carrier_value = std::string(word), .error = {}};
  ReadParties(scope, item, event);
  ReadErrors(item["errors"], event);
  ReadPricing(item["pricing"], event.metadata);
  ReadConversation(item["conversation"], event.metadata);
  event.metadata.Set("bizOpaqueCallbackData", item["biz_opaque_callback_data"].scalar());
  KeepStatusRest(item, event.metadata);

  // It counts as read and must not pass for a repetition of it.
  std::string identity;
  if (word == "played" && !id.empty()) {
    identity.append(id).append(":");
    if (!event.to.empty()) identity.append(event.to.front().address);
    identity.append(":played");
  }
  batch.Add(std::move(event), item, std::move(identity));
}

}  // namespace whatsapp
}  // namespace omni::inline v0_1

#include "whatsapp_notice.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "omni/support/time_parse.h"
#include "whatsapp_fields.h"

namespace omni::inline v0_1 {
namespace whatsapp {
namespace {

constexpr std::size_t kHashLength = 32;
constexpr std::int64_t kSecondsPerHour = 3600;

// A field, or with `*` every field that begins so; the notice's type; and where its subject stands:
// a member of the value, or of each element of a list in it.
struct FieldRow {
  std::string_view field;
  std::string_view type;
  std::string_view list;
  std::string_view subject;
};
constexpr FieldRow kFields[] = {
    {"message_template_*", "template", "", "message_template_name"},
    {"template_*", "template", "", "message_template_name"},
    {"account_update", "account", "", "event"},
    {"account_review_update", "account", "", "decision"},
    {"account_alerts", "account", "", "entity_type"},
    {"business_capability_update", "account", "", ""},
    {"business_username*", "account", "", "status"},
    {"partner_solutions", "account", "", "event"},
    {"payment_configuration_update", "account", "", "status"},
    {"phone_number_name_update", "account", "", "decision"},
    {"security", "account", "", "event"},
    {"phone_number_quality_update", "quality", "", "event"},
    {"group_*", "group", "groups", "type"},
    {"calls", "call", "calls", "event"},
    {"flows", "flow", "", "event"},
    {"smb_app_state_sync", "contactSync", "state_sync", "action"},
    {"automatic_events", "automaticEvent", "automatic_events", "event_name"},
};

const FieldRow* FindField(std::string_view field) {
  for (const FieldRow& row : kFields) {
    const bool prefix = row.field.ends_with('*');
    if (prefix ? field.starts_with(row.field.substr(0, row.field.size() - 1))
               : field == row.field) {
      return &row;
    }
  }
  return nullptr;
}

Event NewFieldNotice(const Scope& scope, const FieldRow& row, JsonValue item) {
  Event event = NewEvent(scope, EventKind::kNotice);
  if (scope.business) event.to.push_back(*scope.business);
  SetNotice(scope, row.type, item[row.subject].scalar(), item, event);
  return event;
}

/// Of an error that has no time: within an hour of the clock it is the same one, which the carrier
/// repeats when it got no answer.
std::string ErrorIdentity(const Scope& scope, JsonValue item, absl::Time received_at) {
  std::string content(scope.account);
  content.append("/").append(scope.phone_number_id).append("/").append(item.raw());
  std::string identity("error:");
  identity.append(HexEncode(AsView(Sha256(content))), 0, kHashLength);
  identity.append("@").append(std::to_string(absl::ToUnixSeconds(received_at) / kSecondsPerHour));
  return identity;
}

// What stands around the list goes with its first element.
void AddElements(const Scope& scope, const FieldRow& row, JsonValue value, Batch& batch) {
  static constexpr std::string_view kScalars[] = {"messaging_product"};
  const std::string_view structures[] = {"metadata", row.list};
  const JsonValue list = value[row.list];
  batch.Expect(list.size());
  bool first = true;
  for (const JsonValue item : list.elements()) {
    Event event = NewFieldNotice(scope, row, item);
    if (const auto time = ParseUnixTime(Either(item["timestamp"], item["metadata"]["timestamp"]))) {
      event.occurred_at = *time;
    }
    if (std::exchange(first, false)) KeepRest(value, {kScalars, structures}, {}, event.metadata);
    batch.Add(std::move(event), item, {});
  }
}

// The conversation passes to another app, or back.
void AddHandover(const Scope& scope, JsonValue value, Batch& batch) {
  const JsonValue sender = value["sender"];
  const JsonValue recipient = value["recipient"];
  Scope own = scope;
  own.business = BusinessAddress(recipient);
  own.phone_number_id = recipient["phone_number_id"].scalar();
  const Person customer{.id = Either(sender["phone_number"], sender["wa_id"]).scalar(),
                        .user_id = sender["user_id"].scalar(),
                        .parent_user_id = sender["parent_user_id"].scalar()};
  Event event = NewEvent(own, EventKind::kNotice);
  if (const auto time = ParseUnixTime(value["timestamp"])) event.occurred_at = *time;
  SetParties(own, Direction::kInbound, CustomerAddress(own, customer, event.metadata), {}, event);
  SetNotice(own, "handover", value["type"].scalar(), value, event);
  batch.Add(std::move(event), value, {});
}

}  // namespace

void AddFieldNotice(const Scope& scope, JsonValue value, Batch& batch) {
  if (scope.field == "messaging_handovers") return AddHandover(scope, value, batch);
  const FieldRow* const row = FindField(scope.field);
  if (row == nullptr) return AddUnknown(scope, scope.field, scope.change, batch);
  const JsonValue list = value[row->list];
  if (list.is_array() && list.size() > 0) return AddElements(scope, *row, value, batch);
  batch.Add(NewFieldNotice(scope, *row, value), value, {});
}

void AddPreference(const Scope& scope, JsonValue item, Batch& batch) {
  if (!item.is_object()) return AddUnknown(scope, scope.field, item, batch);
  const Person customer{.id = item["wa_id"].scalar(),
                        .user_id = item["user_id"].scalar(),
                        .parent_user_id = item["parent_user_id"].scalar()};
  Event event = NewEvent(scope, EventKind::kNotice);
  if (const auto time = ParseUnixTime(item["timestamp"])) event.occurred_at = *time;
  SetParties(scope, Direction::kInbound, CustomerAddress(scope, customer, event.metadata), {},
             event);
  SetNotice(scope, "preference", item["value"].scalar(), item, event);
  batch.Add(std::move(event), item, {});
}

void AddError(const Scope& scope, JsonValue item, Batch& batch) {
  Event event = NewEvent(scope, EventKind::kNotice);
  if (scope.business) event.to.push_back(*scope.business);
  SetNotice(scope, "error", item["code"].scalar(), item, event);
  // The same trouble may come again, and no time is told of it as a rule.
  std::string identity;
  if (scope.time == absl::InfinitePast())
    identity = ErrorIdentity(scope, item, batch.received_at());
  batch.Add(std::move(event), item, std::move(identity));
}

}  // namespace whatsapp
}  // namespace omni::inline v0_1

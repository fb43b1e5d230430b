#include "whatsapp_payload.h"

#include <algorithm>
#include <string_view>

#include "omni/support/time_parse.h"
#include "whatsapp_fields.h"
#include "whatsapp_history.h"
#include "whatsapp_message.h"
#include "whatsapp_notice.h"
#include "whatsapp_status.h"

namespace omni::inline v0_1 {
namespace whatsapp {
namespace {

constexpr std::string_view kObject = "whatsapp_business_account";

// The fields whose value holds lists of messages, statuses and the like.
constexpr std::string_view kListFields[] = {
    "messages", "smb_message_echoes", "message_echoes", "standby", "history", "user_preferences",
};

// Messages of history come both ways.
void AddCustomerMessage(const Scope& scope, JsonValue item, Batch& batch) {
  AddMessage(scope, scope.history ? HistoryDirection(scope, item) : Direction::kInbound, item,
             batch);
}

void AddEcho(const Scope& scope, JsonValue item, Batch& batch) {
  AddMessage(scope, Direction::kOutbound, item, batch);
}

struct ListRow {
  std::string_view name;
  void (*add)(const Scope& scope, JsonValue item, Batch& batch);
};
constexpr ListRow kLists[] = {
    {"messages", AddCustomerMessage},    {"statuses", AddStatus}, {"message_echoes", AddEcho},
    {"user_preferences", AddPreference}, {"history", AddHistory}, {"errors", AddError},
};

// What describes the lists and is no event of its own.
constexpr std::string_view kDescriptions[] = {"messaging_product", "metadata", "contacts"};

void AddLists(const Scope& scope, JsonValue holder, Batch& batch);

void AddMember(const Scope& scope, const JsonMember& member, Batch& batch) {
  if (member.value.is_null()) return;
  for (const ListRow& row : kLists) {
    if (row.name != member.key) continue;
    if (!member.value.is_array()) break;
    batch.Expect(member.value.size());
    for (const JsonValue item : member.value.elements()) row.add(scope, item, batch);
    return;
  }
  const auto descriptions_end = std::end(kDescriptions);
  if (std::find(std::begin(kDescriptions), descriptions_end, member.key) != descriptions_end) {
    return;
  }
  if (member.key == "standby" && member.value.is_object() && !scope.standby) {
    Scope inner = scope;
    inner.standby = true;
    return AddLists(inner, member.value, batch);
  }
  AddUnknown(scope, member.key, member.value, batch);
}

void AddLists(const Scope& scope, JsonValue holder, Batch& batch) {
  const ContactBook contacts(holder["contacts"]);
  Scope inner = scope;
  inner.contacts = &contacts;
  for (const JsonMember member : holder.members()) AddMember(inner, member, batch);
}

void AddChange(Scope scope, JsonValue change, Batch& batch) {
  const JsonValue value = change["value"];
  scope.change = change;
  scope.field = change["field"].text();
  if (!value.is_object()) return AddUnknown(scope, scope.field, change, batch);
  scope.business = BusinessAddress(value["metadata"]);
  scope.phone_number_id = value["metadata"]["phone_number_id"].scalar();
  scope.history = scope.field == "history";
  if (scope.field == "account_update") {
    // For the events of partners, the entry's id is the partner's.
    const std::string_view waba_id = value["waba_info"]["waba_id"].scalar();
    if (!waba_id.empty()) scope.account = waba_id;
  }
  const auto fields_end = std::end(kListFields);
  if (std::find(std::begin(kListFields), fields_end, scope.field) == fields_end) {
    return AddFieldNotice(scope, value, batch);
  }
  const std::size_t before = batch.size();
  AddLists(scope, value, batch);
  if (batch.size() == before) AddUnknown(scope, scope.field, change, batch);
}

void AddEntry(std::string_view object, JsonValue entry, Batch& batch) {
  Scope scope;
  scope.entry_id = entry["id"].scalar();
  scope.account = scope.entry_id;
  if (const auto time = ParseUnixTime(entry["time"])) scope.time = *time;
  const JsonValue changes = entry["changes"];
  if (object != kObject || !changes.is_array() || changes.size() == 0) {
    return AddUnknown(scope, object, entry, batch);
  }
  for (const JsonValue change : changes.elements()) AddChange(scope, change, batch);
}

}  // namespace

void AddPayload(JsonValue root, Batch& batch) {
  const JsonValue entries = root["entry"];
  const std::string_view object = root["object"].scalar();
  if (!entries.is_array()) return AddUnknown(Scope{}, object, root, batch);
  if (entries.size() == 0) batch.Ignore("empty");
  for (const JsonValue entry : entries.elements()) AddEntry(object, entry, batch);
}

}  // namespace whatsapp
}  // namespace omni::inline v0_1

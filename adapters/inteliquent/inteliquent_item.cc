#include "inteliquent_item.h"

#include <algorithm>
#include <iterator>

#include "inteliquent_numbers.h"
#include "omni/http.h"
#include "omni/support/time_parse.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace {

constexpr std::string_view kRequired = "required";

struct TypeRow {
  std::string_view word;
  Kind kind;
};
constexpr TypeRow kTypes[] = {
    {"sms", Kind::kMessage}, {"mms", Kind::kMessage}, {"delivery_receipt", Kind::kReceipt}};

bool IsThere(JsonValue value) { return value.exists() && !value.is_null(); }

std::optional<bool> ReadFlag(JsonValue value) {
  if (const auto flag = value.AsBool()) return flag;
  if (EqualsIgnoreCase(value.text(), "true")) return true;
  if (EqualsIgnoreCase(value.text(), "false")) return false;
  return std::nullopt;
}

Kind KindOfType(std::string_view word) {
  const auto row = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const TypeRow& known) {
    return EqualsIgnoreCase(known.word, word);
  });
  return row == std::end(kTypes) ? Kind::kUnknown : row->kind;
}

/// A field that a kind of object must have.
struct Rule {
  std::string_view field;
  std::string_view expected;  ///< what else than `required` may be wrong with it
  bool (*holds)(JsonValue value);
};

bool IsId(JsonValue value) { return value.is_string() || value.AsInt64().has_value(); }
bool IsText(JsonValue value) { return value.is_string(); }
bool IsParty(JsonValue value) { return !ReadNumber(value).empty(); }
bool IsTime(JsonValue value) { return ParseIsoTime(value.text()).has_value(); }

bool IsListOfParties(JsonValue value) {
  if (!value.is_array()) return IsParty(value);
  for (const JsonValue element : value.elements()) {
    if (IsParty(element)) return true;
  }
  return false;
}

constexpr std::string_view kWantsText = "not a string";
constexpr std::string_view kWantsNumber = "not a phone number";
constexpr std::string_view kWantsTime = "not an ISO 8601 time";

constexpr Rule kId = {"messageId", kWantsText, IsId};
constexpr Rule kReference = {"referenceId", kWantsText, IsId};
constexpr Rule kType = {"type", kWantsText, IsText};
constexpr Rule kFrom = {"from", kWantsNumber, IsParty};
constexpr Rule kTo = {"to", "not a list of phone numbers", IsListOfParties};
constexpr Rule kTimestamp = {"timestamp", kWantsTime, IsTime};
constexpr Rule kStatus = {"status", kWantsText, IsText};

constexpr Rule kContractAny[] = {kId, kType};
constexpr Rule kContractMessage[] = {
    {"from", kWantsNumber, IsParty}, {"to", kWantsNumber, IsParty}, kTimestamp};
constexpr Rule kContractReceipt[] = {kStatus, kTimestamp};
constexpr Rule kNativeMessage[] = {kFrom, kTo};

std::optional<Violation> Check(JsonValue object, const Rule& rule) {
  const JsonValue value = object[rule.field];
  if (!IsThere(value) || (value.is_string() && value.text().empty())) {
    return Violation{rule.field, kRequired};
  }
  if (!rule.holds(value)) return Violation{rule.field, rule.expected};
  return std::nullopt;
}

template <std::size_t N>
std::optional<Violation> CheckAll(JsonValue object, const Rule (&rules)[N]) {
  for (const Rule& rule : rules) {
    if (auto violation = Check(object, rule)) return violation;
  }
  return std::nullopt;
}

bool IsNative(JsonValue object) {
  return IsThere(object["referenceId"]) || IsThere(object["deliveryReceipt"]) ||
         IsThere(object["mediaUrls"]) || object["to"].is_array();
}

void ReadNative(Item& item) {
  item.shape = Shape::kNative;
  // One that comes in both shapes may have its id under the other name.
  const JsonValue reference = item.value["referenceId"];
  const Rule& id = !IsThere(reference) && IsThere(item.value["messageId"]) ? kId : kReference;
  item.id = item.value[id.field].scalar();
  item.violation = Check(item.value, id);
  const JsonValue flag = item.value["deliveryReceipt"];
  const bool hint = KindOfType(item.value["type"].text()) == Kind::kReceipt;
  item.kind = ReadFlag(flag).value_or(hint) ? Kind::kReceipt : Kind::kMessage;
  if (item.violation) return;
  if (IsThere(flag) && !ReadFlag(flag)) {
    item.violation = Violation{"deliveryReceipt", "neither true nor false"};
  } else if (item.kind == Kind::kMessage) {
    item.violation = CheckAll(item.value, kNativeMessage);
  }
}

void ReadContract(Item& item) {
  item.id = item.value["messageId"].scalar();
  item.kind = KindOfType(item.value["type"].text());
  item.violation = CheckAll(item.value, kContractAny);
  if (item.violation) return;
  if (item.kind == Kind::kMessage) item.violation = CheckAll(item.value, kContractMessage);
  if (item.kind == Kind::kReceipt) item.violation = CheckAll(item.value, kContractReceipt);
}

}  // namespace

Item ReadItem(JsonValue value, bool receipts_only) {
  Item item{.value = value};
  if (!value.is_object()) {
    item.violation = Violation{"", "not an object"};
    return item;
  }
  const bool native = IsNative(value);
  if (!native && IsThere(value["notificationType"]) && !IsThere(value["messageId"])) {
    item.kind = Kind::kOrder;
    return item;
  }
  if (native) {
    ReadNative(item);
  } else {
    ReadContract(item);
  }
  if (receipts_only && !item.violation && item.kind != Kind::kReceipt) {
    item.violation =
        Violation{native ? "deliveryReceipt" : "type", "only receipts are taken at this endpoint"};
  }
  return item;
}

}  // namespace inteliquent
}  // namespace omni::inline v0_1

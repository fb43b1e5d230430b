#include "whatsapp_fields.h"

#include <algorithm>
#include <cstddef>

#include "base/same_text.h"
#include "omni/support/phone.h"

namespace omni::inline v0_1 {
namespace whatsapp {
namespace {

// More unknown members than this are kept as one JSON text, so that a flood of them costs no more
// than its bytes.
constexpr std::size_t kMaxRest = 32;

bool Contains(std::span<const std::string_view> names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [name](std::string_view known) { return internal::SameText(known, name); });
}

char ToUpper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// `name` in camelCase, behind `prefix`.
std::string Prefixed(std::string_view prefix, std::string_view name) {
  std::string out(prefix);
  bool large = !out.empty();
  for (char c : name) {
    if (c == '_') {
      large = !out.empty();
      continue;
    }
    out.push_back(large ? ToUpper(c) : c);
    large = false;
  }
  return out;
}

bool IsKnown(const JsonMember& member, const KnownMembers& known) {
  if (member.value.is_null()) return true;
  const bool structured = member.value.is_object() || member.value.is_array();
  return Contains(structured ? known.structures : known.scalars, member.key);
}

void Keep(std::string_view key, JsonValue value, Metadata& metadata) {
  if (value.is_object() || value.is_array()) {
    metadata.Set(key, CompactJson(value));
  } else {
    metadata.Set(key, value.scalar());
  }
}

// `+44 20 7946-0991` without what stands between the digits; empty when anything else is in it.
std::string WithoutSeparators(std::string_view text) {
  std::string digits;
  digits.reserve(text.size());
  for (char c : text) {
    const bool leading_plus = c == '+' && digits.empty();
    if ((c >= '0' && c <= '9') || leading_plus) {
      digits.push_back(c);
    } else if (std::string_view(" -.()/").find(c) == std::string_view::npos) {
      return {};
    }
  }
  return digits;
}

}  // namespace

void KeepRest(JsonValue object, const KnownMembers& known, std::string_view prefix,
              Metadata& metadata) {
  std::size_t rest = 0;
  for (const JsonMember member : object.members()) rest += IsKnown(member, known) ? 0 : 1;
  if (rest == 0) return;
  if (rest > kMaxRest) return KeepJson(prefix.empty() ? "rest" : prefix, object, metadata);
  for (const JsonMember member : object.members()) {
    if (IsKnown(member, known)) continue;
    std::string key = Prefixed(prefix, member.key);
    if (!metadata.Get(key).empty()) key = Prefixed("other", key);
    Keep(key, member.value, metadata);
  }
}

void SetIfAny(std::string_view key, std::string_view value, Metadata& metadata) {
  if (!value.empty()) metadata.Set(key, value);
}

void KeepJson(std::string_view key, JsonValue value, Metadata& metadata) {
  if (value.exists() && !value.is_null()) metadata.Set(key, CompactJson(value));
}

bool HasOnly(JsonValue object, std::span<const std::string_view> names) {
  if (!object.is_object()) return false;
  for (const JsonMember member : object.members()) {
    if (!Contains(names, member.key)) return false;
  }
  return true;
}

std::optional<Address> BusinessAddress(JsonValue metadata) {
  const std::string_view number = metadata["display_phone_number"].scalar();
  const std::string_view id = metadata["phone_number_id"].scalar();
  if (number.empty() && id.empty()) return std::nullopt;
  Address business;
  // The id is all digits as well, but no phone number.
  business.address = id;
  if (!number.empty()) {
    const std::string digits = WithoutSeparators(number);
    business.address = MakeAddress(digits.empty() ? number : digits).address;
    business.carrier_id = id;
  }
  return business;
}

std::string NormalizePhone(std::string_view text) {
  std::string digits = WithoutSeparators(text);
  return IsE164(digits) ? digits : std::string(text);
}

JsonValue FirstError(JsonValue errors) { return errors.is_array() ? errors.At(0) : errors; }

void KeepErrorDetails(JsonValue errors, Metadata& metadata) {
  static constexpr std::string_view kScalars[] = {"code", "title", "message", "href"};
  static constexpr std::string_view kStructures[] = {"error_data"};
  static constexpr std::string_view kDataScalars[] = {"details", "messaging_product"};
  const JsonValue first = FirstError(errors);
  metadata.Set("errorDetails", first["error_data"]["details"].scalar());
  metadata.Set("errorHref", first["href"].scalar());
  KeepRest(first["error_data"], {kDataScalars, {}}, "error", metadata);
  KeepRest(first, {kScalars, kStructures}, "error", metadata);
  const bool told = errors.size() <= 1 && (first.is_object() || !first.exists());
  if (errors.is_array() && !told) KeepJson("errors", errors, metadata);
}

}  // namespace whatsapp
}  // namespace omni::inline v0_1

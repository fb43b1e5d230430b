/// \file
/// Readers that are used for every kind of item, and the care that no member of one is lost.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace whatsapp {

/// The members of an object that the event represents, by the shape they are represented in.
struct KnownMembers {
  std::span<const std::string_view> scalars = {};
  std::span<const std::string_view> structures = {};
};

/// Writes every member of `object` that is not known, or is of the other shape, to the metadata:
/// under its name in camelCase behind `prefix`, a scalar as it is, an object or array as JSON.
void KeepRest(JsonValue object, const KnownMembers& known, std::string_view prefix,
              Metadata& metadata);

/// Sets a value unless it is empty: then what is there stays.
void SetIfAny(std::string_view key, std::string_view value, Metadata& metadata);

/// `value` as compact JSON in the metadata; nothing when it is absent.
void KeepJson(std::string_view key, JsonValue value, Metadata& metadata);

/// Whether `object` is an object that has no members besides `names`.
[[nodiscard]] bool HasOnly(JsonValue object, std::span<const std::string_view> names);

/// The first of two values that exists.
[[nodiscard]] inline JsonValue Either(JsonValue first, JsonValue second) {
  return first.exists() ? first : second;
}

/// The business's number and its id: `{display_phone_number, phone_number_id}`.
[[nodiscard]] std::optional<Address> BusinessAddress(JsonValue metadata);

/// `text` in E.164 when it is a number with `+`, whatever separates its digits; else unchanged: a
/// number on a contact card may be a national one.
[[nodiscard]] std::string NormalizePhone(std::string_view text);

/// The first of `errors`, which is a list or, in older samples, one object.
[[nodiscard]] JsonValue FirstError(JsonValue errors);
/// What the errors say beyond code and message: `errorDetails`, `errorHref`, ...; with several of
/// them, all as JSON in `errors`.
void KeepErrorDetails(JsonValue errors, Metadata& metadata);

}  // namespace whatsapp
}  // namespace omni::inline v0_1

/// \file
/// Readers of members, and the care that none is lost.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

#include "absl/time/time.h"
#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace livechat {

enum class Shape { kScalar, kObject, kArray };

/// A member that an event represents, where it has that shape.
struct KnownMember {
  std::string_view name = {};
  Shape shape = Shape::kScalar;
};

/// Writes every member of `object` that none of `known` names to the metadata, under its name in
/// camelCase behind `prefix`: a scalar as it is, an object or array as JSON.
void KeepRest(JsonValue object, std::initializer_list<std::span<const KnownMember>> known,
              std::string_view prefix, Metadata& metadata);

/// RFC 3339, or Unix time in digits; InfinitePast for anything else.
[[nodiscard]] absl::Time ReadTime(JsonValue value);

/// The first of these members that is there and not null.
[[nodiscard]] JsonValue FirstOf(JsonValue object, std::span<const std::string_view> names);

}  // namespace livechat
}  // namespace omni::inline v0_1

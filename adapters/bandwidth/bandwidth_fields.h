/// \file
/// The care that no member of an object is lost.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace bandwidth {

/// Members that an event represents, by the shape they are represented in.
struct KnownMembers {
  std::span<const std::string_view> scalars = {};
  std::span<const std::string_view> objects = {};
  std::span<const std::string_view> arrays = {};
};

/// Writes every member of `object` that is not known, or is of another shape, to the metadata:
/// under its name in camelCase behind `prefix`, a scalar as it is, an object or array as JSON.
void KeepRest(JsonValue object, std::initializer_list<KnownMembers> known, std::string_view prefix,
              Metadata& metadata);

}  // namespace bandwidth
}  // namespace omni::inline v0_1

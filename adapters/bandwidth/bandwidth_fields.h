/// \file
/// The care that no member of an object is lost.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace bandwidth {

/// The name of a member, with its tag, so that a search compares few texts.
struct KnownName {
  // Implicit, so that a list of these reads as a list of names.
  constexpr KnownName(const char* name) : text(name), tag(internal::KeyTag(text)) {}  // NOLINT

  std::string_view text;
  std::uint8_t tag;
};

/// Members that an event represents, by the shape they are represented in.
struct KnownMembers {
  std::span<const KnownName> scalars = {};
  std::span<const KnownName> objects = {};
  std::span<const KnownName> arrays = {};
};

/// Writes every member of `object` that is not known, or is of another shape, to the metadata:
/// under its name in camelCase behind `prefix`, a scalar as it is, an object or array as JSON.
void KeepRest(JsonValue object, std::initializer_list<KnownMembers> known, std::string_view prefix,
              Metadata& metadata);

}  // namespace bandwidth
}  // namespace omni::inline v0_1

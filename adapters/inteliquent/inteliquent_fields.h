/// \file
/// The care that no member of an object is lost.
#pragma once

#include <span>
#include <string_view>

#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace inteliquent {

/// A member that an event represents, and in which shapes.
struct KnownMember {
  std::string_view name = {};
  bool scalar = true;
  bool array = false;
};

/// Writes every member of `object` that is not known, or is of another shape, to the metadata: a
/// scalar as it is, an object or array as JSON.
void KeepRest(JsonValue object, std::span<const KnownMember> known, Metadata& metadata);

/// Writes the member `name` to the metadata unless the event says the same: `said`.
void KeepUnlessSaid(JsonValue object, std::string_view name, std::string_view said,
                    Metadata& metadata);

}  // namespace inteliquent
}  // namespace omni::inline v0_1

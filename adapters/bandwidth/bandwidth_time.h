/// \file
/// The clocks of a callback.
#pragma once

#include <initializer_list>
#include <string_view>

#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace bandwidth {

/// A time of the carrier's and where it goes when it is not the event's own.
///
/// Lifetime: the document's.
struct Clock {
  std::string_view metadata_key;
  JsonValue value;
};

/// Makes the first of `clocks` that can be read the event's time. The others that say something
/// else go to the metadata as they are.
void SetTime(std::initializer_list<Clock> clocks, Event& event);

}  // namespace bandwidth
}  // namespace omni::inline v0_1

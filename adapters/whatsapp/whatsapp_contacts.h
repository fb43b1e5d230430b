/// \file
/// Contact cards that a customer shares. (Not the `contacts` of a value, which name its people.)
#pragma once

#include <vector>

#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace whatsapp {

/// One Contact for each object of `cards`.
[[nodiscard]] std::vector<Contact> ReadContacts(JsonValue cards);

/// Whether ReadContacts represents all that `cards` says. It has no place for addresses, birthdays,
/// kinds of numbers and the like.
[[nodiscard]] bool AreFullyRead(JsonValue cards);

}  // namespace whatsapp
}  // namespace omni::inline v0_1

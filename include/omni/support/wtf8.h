/// \file
/// Texts that were cut into parts, perhaps in the middle of a character.
///
/// SMS counts in UTF-16 units, so a part may end with one half of a surrogate pair and the next
/// begin with the other. WTF-8 is UTF-8 that can also hold such a half: parts wait in it, and turn
/// into UTF-8 when they are joined.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "omni/export.h"

namespace omni::inline v0_1 {

/// The content of a JSON string as WTF-8, from its literal: quotes and escapes, as
/// JsonValue::raw() gives it. Unlike JsonValue::text() it keeps halves of surrogate pairs. Empty
/// where there are no quotes, or an escape that JSON does not know.
[[nodiscard]] OMNI_EXPORT std::string Wtf8FromJson(std::string_view literal);

/// The parts one after another as UTF-8. Halves of surrogate pairs that meet become the character
/// that was cut; one that stays alone becomes U+FFFD, as does whatever is ill-formed.
[[nodiscard]] OMNI_EXPORT std::string JoinWtf8(std::span<const std::string> parts);

}  // namespace omni::inline v0_1

/// \file
/// Attachments.
#pragma once

#include <string_view>
#include <vector>

#include "messagebird_fields.h"
#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace messagebird {

/// Whether there is a `mediaUrls`, whatever is in it.
[[nodiscard]] bool HasMediaUrls(const Fields& fields);

/// Takes the addresses in `mediaUrls`, however it is spelled (`mediaURLs`, `mediaUrls[]`,
/// `mediaUrls[0]`) and filled: repeated, a list, a list as JSON text, or one address.
[[nodiscard]] std::vector<Media> TakeMediaUrls(Fields& fields);

/// Takes one attachment of the carrier's newer products; what else there is stays.
[[nodiscard]] Media TakeMedia(Fields& item);

/// The message type that the first of these stands for, by its media type or, where there is none,
/// by the extension of its name; kText when there is none at all.
[[nodiscard]] MessageType TypeOf(const std::vector<Media>& media);

}  // namespace messagebird
}  // namespace omni::inline v0_1

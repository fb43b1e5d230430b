/// \file
/// What a file is, by its first bytes. Neither a name nor a declared type is believed alone.
#pragma once

#include <optional>
#include <string_view>

namespace omni::inline v0_1 {
namespace livechat {

/// The MIME type under which a file may be kept. `declared` is what the sender calls it; empty or
/// `application/octet-stream` tells nothing, and the type is then the usual one of such content.
///
/// Nothing when the type is not allowed: it is not on the list, its content is of another kind, or
/// content or name are those of a program.
[[nodiscard]] std::optional<std::string_view> AllowedType(std::string_view content,
                                                          std::string_view declared,
                                                          std::string_view filename);

}  // namespace livechat
}  // namespace omni::inline v0_1

// What a request must be beyond HTTP's grammar, so that every server on its way reads it alike.
#pragma once

#include <optional>
#include <string_view>

namespace host::internal {

/// `name`, `name:port`, `[address]:port`, or empty; no user, no path, no list.
[[nodiscard]] bool IsHost(std::string_view value);

/// Digits and nothing else: no sign, no list.
[[nodiscard]] bool IsLength(std::string_view value);

/// The path and query of a target in origin form or absolute form, or `*`. Nothing for another form
/// and for an authority that is not `host`: then it is unclear whom the client means.
[[nodiscard]] std::optional<std::string_view> OriginForm(std::string_view target,
                                                         std::string_view host);

}  // namespace host::internal

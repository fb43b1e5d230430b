/// \file
/// JSON as people write it: with comments.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace host {

/// The text with `//` and `/* */` comments outside of strings replaced by spaces. Line breaks stay,
/// so that a position in the result is the same position in the file.
[[nodiscard]] std::string BlankComments(std::string_view text);

/// `line 3, column 14` of a byte, both counted from 1.
[[nodiscard]] std::string LineAndColumn(std::string_view text, std::size_t offset);

}  // namespace host

/// \file
/// The many spellings of one JSON text.
#pragma once

#include <string>
#include <string_view>

namespace host {

enum class Spacing { kKept, kNone, kAfterMarks, kIndented2, kIndented4 };
enum class UnicodeSpelling { kKept, kUtf8, kLowerEscapes, kUpperEscapes };
enum class SlashSpelling { kKept, kPlain, kEscaped };
/// `<`, `>` and `&`, which some writers escape for browsers.
enum class MarkupSpelling { kKept, kPlain, kEscaped };

struct JsonSpelling {
  Spacing spacing = Spacing::kKept;
  UnicodeSpelling unicode = UnicodeSpelling::kKept;
  SlashSpelling slash = SlashSpelling::kKept;
  MarkupSpelling markup = MarkupSpelling::kKept;
};

/// `json`, which is well-formed, in that spelling. Order, numbers and everything else are kept.
[[nodiscard]] std::string Respell(std::string_view json, const JsonSpelling& spelling);

}  // namespace host

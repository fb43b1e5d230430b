#include "support/header_parameter.h"

#include "omni/http.h"
#include "support/header_text.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

// A quoted string off the front of `rest`; false when it has no end.
bool TakeQuoted(std::string_view& rest, std::string& value) {
  for (std::size_t i = 1; i < rest.size(); ++i) {
    const bool is_escape =
        rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\');
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return true;
    }
    if (is_escape) ++i;
    value.push_back(rest[i]);
  }
  return false;
}

}  // namespace

std::optional<std::string> HeaderParameter(std::string_view header, std::string_view name) {
  TakeUntil(header, ";");
  while (!header.empty()) {
    const std::size_t name_end = std::min(header.find_first_of("=;"), header.size());
    const std::string_view found = Trim(header.substr(0, name_end));
    header.remove_prefix(name_end);
    std::string value;
    if (header.starts_with('=')) {
      header.remove_prefix(1);
      header = Trim(header);
      if (header.starts_with('"')) {
        if (!TakeQuoted(header, value)) return std::nullopt;
      } else {
        value = Trim(header.substr(0, header.find(';')));
      }
    }
    if (EqualsIgnoreCase(found, name)) return value;
    TakeUntil(header, ";");
  }
  return std::nullopt;
}

}  // namespace internal
}  // namespace omni::inline v0_1

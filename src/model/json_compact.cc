#include <cstddef>
#include <string>
#include <string_view>

#include "model/json_text.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n";

/// The length of the string that `json` begins with, both quotes included.
std::size_t StringLength(std::string_view json) {
  std::size_t i = 1;
  while (i < json.size() && json[i] != '"') i += json[i] == '\\' ? 2 : 1;
  return i + 1;
}

}  // namespace

std::string CompactJson(JsonValue value) {
  std::string_view source = value.raw();
  std::string out;
  out.reserve(source.size());
  while (!source.empty()) {
    if (source.front() == '"') {
      const std::size_t length = StringLength(source);
      out += source.substr(0, length);
      source.remove_prefix(length);
    } else {
      if (kWhiteSpace.find(source.front()) == kWhiteSpace.npos) out += source.front();
      source.remove_prefix(1);
    }
  }
  internal::ReplaceLoneSurrogates(out.data(), out.data() + out.size());
  return out;
}

}  // namespace omni::inline v0_1

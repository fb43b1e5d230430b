/// \file
/// The JSON reader and writer.

#include "fuzz/fuzz_target.h"
#include "omni/json.h"

namespace omni::fuzz {
namespace {

/// Reads everything that a value offers.
void Walk(JsonValue value) {
  Require(IsValidUtf8(value.text()), "text is UTF-8");
  Require(IsValidUtf8(value.scalar()), "a scalar's text is UTF-8");
  static_cast<void>(value.AsInt64());
  static_cast<void>(value.AsDouble());
  static_cast<void>(value.AsBool());
  std::size_t elements = 0;
  for (const JsonValue element : value.elements()) {
    Walk(element);
    ++elements;
  }
  Require(!value.is_array() || elements == value.size(), "as many elements as it says");
  for (const auto& [key, member] : value.members()) {
    Require(value[key].exists(), "a member can be found by its name");
    Walk(member);
  }
}

}  // namespace
}  // namespace omni::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace omni;
  const auto document =
      JsonDocument::Parse(fuzz::AsText(data, size), {.max_bytes = 1 << 20, .max_depth = 64});
  if (!document.ok()) return 0;
  fuzz::Walk(document->root());
  const std::string compact = CompactJson(document->root());
  fuzz::Require(IsValidUtf8(compact), "compact JSON is UTF-8");
  const auto again = JsonDocument::Parse(compact);
  fuzz::Require(again.ok(), "compact JSON is JSON");
  fuzz::Require(CompactJson(again->root()) == compact, "and as compact as can be");
  return 0;
}

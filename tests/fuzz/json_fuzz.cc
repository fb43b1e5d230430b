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

/// What is read fast is what the other reader makes of it.
void Compare(JsonValue fast, JsonValue slow) {
  Require(fast.type() == slow.type(), "both readers see the same type");
  Require(fast.raw() == slow.raw() && fast.text() == slow.text(), "and the same text");
  Require(fast.size() == slow.size(), "and as many values");
  auto element = slow.elements().begin();
  for (const JsonValue value : fast.elements()) {
    Compare(value, *element);
    ++element;
  }
  auto member = slow.members().begin();
  for (const auto& [key, value] : fast.members()) {
    Require(key == (*member).key, "and the same keys");
    Compare(value, (*member).value);
    ++member;
  }
}

}  // namespace
}  // namespace omni::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace omni;
  const auto document =
      JsonDocument::Parse(fuzz::AsText(data, size), {.max_bytes = 1 << 20, .max_depth = 64});
  // The fast reader leaves long texts to the other.
  const std::string padded = std::string(fuzz::AsText(data, size)) + std::string(1 << 17, ' ');
  const auto other = JsonDocument::Parse(padded, {.max_bytes = 1 << 20, .max_depth = 64});
  fuzz::Require(document.ok() == other.ok(), "both readers take the same texts");
  if (!document.ok()) return 0;
  fuzz::Compare(document->root(), other->root());
  fuzz::Walk(document->root());
  const std::string compact = CompactJson(document->root());
  fuzz::Require(IsValidUtf8(compact), "compact JSON is UTF-8");
  const auto again = JsonDocument::Parse(compact);
  fuzz::Require(again.ok(), "compact JSON is JSON");
  fuzz::Require(CompactJson(again->root()) == compact, "and as compact as can be");
  return 0;
}

#include "bandwidth_fragment.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "omni/support/wtf8.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace {

constexpr std::int64_t kMaxReference = 65535;
constexpr std::int64_t kMaxTotal = 255;
constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

struct Names {
  std::string_view reference;
  std::string_view number;
  std::string_view total;
};
constexpr Names kOurs = {"fragRef", "fragmentNumber", "fragmentTotal"};
constexpr Names kVoxbones = {"frag_ref", "frag_num", "frag_total"};

constexpr KnownNames kTuple = {"fragRef",  "fragmentNumber", "fragmentTotal", "refBits",
                               "frag_ref", "frag_num",       "frag_total"};
constexpr KnownNames kFragment = {"fragment"};
constexpr KnownNames kFrag = {"frag"};

// A single part is a whole message.
bool ReadNumbers(JsonValue holder, const Names& names, Fragment& fragment) {
  const auto reference = holder[names.reference].AsInt64();
  const auto number = holder[names.number].AsInt64();
  const auto total = holder[names.total].AsInt64();
  if (!reference || !number || !total) return false;
  if (*reference < 0 || *reference > kMaxReference || *total < 2 || *total > kMaxTotal ||
      *number < 1 || *number > *total) {
    return false;
  }
  fragment = {.reference = std::to_string(*reference), .number = *number, .total = *total};
  return true;
}

// Where the cut went through a character; else empty.
std::string TextWithHalves(JsonValue text) {
  if (text.text().find(kReplacementCharacter) == std::string_view::npos) return {};
  std::string wtf8 = Wtf8FromJson(text.raw());
  return wtf8 == text.text() ? std::string() : wtf8;
}

std::optional<MessagePart> ReadPart(JsonValue holder, JsonValue text, Event& event) {
  if (!holder.is_object()) return std::nullopt;
  Fragment fragment;
  if (!ReadNumbers(holder, kOurs, fragment) && !ReadNumbers(holder, kVoxbones, fragment)) {
    return std::nullopt;
  }
  event.message->fragment = std::move(fragment);
  MessagePart part{.text = TextWithHalves(text)};
  const JsonValue bits = holder["refBits"];
  if (bits.AsInt64() == 8 || bits.AsInt64() == 16) {
    part.reference_bits = static_cast<int>(*bits.AsInt64());
  } else {
    event.metadata.Set("refBits", bits.scalar());
  }
  return part;
}

}  // namespace

FragmentReading ReadFragment(const Callback& callback, JsonValue text, Event& event) {
  if (auto part = ReadPart(callback.message, text, event)) {
    return {.part = std::move(part), .of_message = {.scalars = &kTuple}};
  }
  const JsonValue fragment = callback.message["fragment"];
  if (auto part = ReadPart(fragment, text, event)) {
    KeepRest(fragment, {{.scalars = &kTuple}}, "fragment", event.metadata);
    return {.part = std::move(part), .of_message = {.objects = &kFragment}};
  }
  const JsonValue frag = callback.item["frag"];
  if (auto part = ReadPart(frag, text, event)) {
    KeepRest(frag, {{.scalars = &kTuple}}, "fragment", event.metadata);
    return {.part = std::move(part), .of_item = {.objects = &kFrag}};
  }
  return {};
}

}  // namespace bandwidth
}  // namespace omni::inline v0_1

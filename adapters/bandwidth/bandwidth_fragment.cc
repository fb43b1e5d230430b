#include "bandwidth_fragment.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

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

constexpr std::string_view kTuple[] = {"fragRef",  "fragmentNumber", "fragmentTotal", "refBits",
                                       "frag_ref", "frag_num",       "frag_total"};
constexpr std::string_view kFragment[] = {"fragment"};
constexpr std::string_view kFrag[] = {"frag"};

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

bool ReadFrom(JsonValue holder, JsonValue text, Event& event) {
  Fragment fragment;
  if (!ReadNumbers(holder, kOurs, fragment) && !ReadNumbers(holder, kVoxbones, fragment)) {
    return false;
  }
  event.message->fragment = fragment;
  const std::int64_t bits = holder["refBits"].AsInt64().value_or(0);
  if (bits == 8 || bits == 16) event.metadata.Set("fragmentReferenceBits", std::to_string(bits));
  if (text.text().find(kReplacementCharacter) != std::string_view::npos) {
    event.metadata.Set("fragmentText", text.raw());
  }
  return true;
}

}  // namespace

FragmentMembers ReadFragment(const Callback& callback, JsonValue text, Event& event) {
  if (ReadFrom(callback.message, text, event)) return {.of_message = {.scalars = kTuple}};
  for (const auto& [holder, members] :
       {std::pair(callback.message["fragment"],
                  FragmentMembers{.of_message = {.objects = kFragment}}),
        std::pair(callback.item["frag"], FragmentMembers{.of_item = {.objects = kFrag}})}) {
    if (!ReadFrom(holder, text, event)) continue;
    KeepRest(holder, {{.scalars = kTuple}}, "fragment", event.metadata);
    return members;
  }
  return {};
}

}  // namespace bandwidth
}  // namespace omni::inline v0_1

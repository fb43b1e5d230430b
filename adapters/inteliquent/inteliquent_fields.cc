#include "inteliquent_fields.h"

#include <algorithm>
#include <cstddef>
#include <string>

namespace omni::inline v0_1 {
namespace inteliquent {
namespace {

// More unknown members than this are kept as one JSON text, so that a flood of them costs no more
// than its bytes.
constexpr std::size_t kMaxRest = 32;

bool IsKnown(const JsonMember& member, std::span<const KnownMember> known) {
  if (member.value.is_null()) return true;
  if (member.value.is_object()) return false;
  return std::any_of(known.begin(), known.end(), [&](const KnownMember& row) {
    return row.name == member.key && (member.value.is_array() ? row.array : row.scalar);
  });
}

}  // namespace

void KeepRest(JsonValue object, std::span<const KnownMember> known, Metadata& metadata) {
  std::size_t rest = 0;
  for (const JsonMember member : object.members()) rest += IsKnown(member, known) ? 0 : 1;
  if (rest > kMaxRest) return metadata.Set("rest", CompactJson(object));
  for (const JsonMember member : object.members()) {
    if (IsKnown(member, known)) continue;
    std::string key(member.key);
    if (!metadata.Get(key).empty()) key = "other" + key;
    if (member.value.is_object() || member.value.is_array()) {
      metadata.Set(key, CompactJson(member.value));
    } else {
      metadata.Set(key, member.value.scalar());
    }
  }
}

void KeepUnlessSaid(JsonValue object, std::string_view name, std::string_view said,
                    Metadata& metadata) {
  const std::string_view text = object[name].scalar();
  if (!text.empty() && text != said) metadata.Set(name, text);
}

}  // namespace inteliquent
}  // namespace omni::inline v0_1

#include "livechat_fields.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "livechat_private.h"
#include "omni/support/metadata_key.h"
#include "omni/support/time_parse.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace {

// More unknown members than this are kept as one JSON text, so that a flood of them costs no more
// than its bytes.
constexpr std::size_t kMaxRest = 32;

Shape ShapeOf(JsonValue value) {
  if (value.is_object()) return Shape::kObject;
  return value.is_array() ? Shape::kArray : Shape::kScalar;
}

bool TellsNothing(JsonValue value) {
  const bool scalar = ShapeOf(value) == Shape::kScalar;
  return value.is_null() || (scalar ? value.scalar().empty() : value.size() == 0);
}

bool IsKnown(const JsonMember& member,
             std::initializer_list<std::span<const KnownMember>> known_lists) {
  if (TellsNothing(member.value) || IsSecretMember(member.key)) return true;
  const auto is_member = [&](const KnownMember& row) {
    return row.name == member.key && row.shape == ShapeOf(member.value);
  };
  return std::any_of(known_lists.begin(), known_lists.end(), [&](const auto& known) {
    return std::any_of(known.begin(), known.end(), is_member);
  });
}

}  // namespace

void KeepRest(JsonValue object, std::initializer_list<std::span<const KnownMember>> known,
              std::string_view prefix, Metadata& metadata) {
  std::size_t rest = 0;
  for (const JsonMember member : object.members()) rest += IsKnown(member, known) ? 0 : 1;
  if (rest == 0) return;
  if (rest > kMaxRest) return metadata.Set(MetadataKey(prefix, "rest"), PublicJson(object));
  for (const JsonMember member : object.members()) {
    if (IsKnown(member, known)) continue;
    std::string key = MetadataKey(prefix, member.key);
    if (!metadata.Get(key).empty()) key = MetadataKey("other", key);
    if (ShapeOf(member.value) == Shape::kScalar) {
      metadata.Set(key, member.value.scalar());
    } else {
      metadata.Set(key, PublicJson(member.value));
    }
  }
}

absl::Time ReadTime(JsonValue value) {
  if (const auto time = ParseIsoTime(value.text())) return *time;
  return ParseUnixTime(value).value_or(absl::InfinitePast());
}

JsonValue FirstOf(JsonValue object, std::span<const std::string_view> names) {
  for (std::string_view name : names) {
    const JsonValue value = object[name];
    if (value.exists() && !value.is_null()) return value;
  }
  return {};
}

}  // namespace livechat
}  // namespace omni::inline v0_1

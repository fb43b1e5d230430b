#include "bandwidth_fields.h"

#include <cstddef>
#include <string>

#include "absl/container/inlined_vector.h"
#include "omni/support/metadata_key.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace {

// More unknown members than this are kept as one JSON text, so that a flood of them costs no more
// than its bytes.
constexpr std::size_t kMaxRest = 32;

bool IsKnown(const JsonMember& member, std::initializer_list<KnownMembers> known) {
  const JsonType type = member.value.type();
  if (type == JsonType::kNull) return true;
  const std::uint8_t tag = internal::KeyTag(member.key);
  for (const KnownMembers& members : known) {
    const KnownNames* const names = type == JsonType::kObject  ? members.objects
                                    : type == JsonType::kArray ? members.arrays
                                                               : members.scalars;
    if (names != nullptr && names->Has(member.key, tag)) return true;
  }
  return false;
}

void Keep(std::string_view key, JsonValue value, Metadata& metadata) {
  if (value.is_object() || value.is_array()) {
    metadata.Set(key, CompactJson(value));
  } else {
    metadata.Set(key, value.scalar());
  }
}

}  // namespace

void KeepRest(JsonValue object, std::initializer_list<KnownMembers> known, std::string_view prefix,
              Metadata& metadata) {
  absl::InlinedVector<JsonMember, 4> rest;
  for (const JsonMember member : object.members()) {
    if (IsKnown(member, known)) continue;
    if (rest.size() == kMaxRest) {
      return metadata.Set(prefix.empty() ? "rest" : prefix, CompactJson(object));
    }
    rest.push_back(member);
  }
  for (const JsonMember& member : rest) {
    std::string key = MetadataKey(prefix, member.key);
    if (!metadata.Get(key).empty()) key = MetadataKey("other", key);
    Keep(key, member.value, metadata);
  }
}

}  // namespace bandwidth
}  // namespace omni::inline v0_1

#include "ops/mask.h"

#include <algorithm>
#include <array>

#include "omni/json.h"
#include "omni/support/phone.h"

namespace host {
namespace {

constexpr std::array<std::string_view, 3> kPlain = {"id", "occurredAt", "receivedAt"};

// As deep as JsonDocument lets it be.
void Write(omni::JsonValue value, std::string_view key, int depth, omni::JsonWriter& out) {
  const bool is_plain = depth == 1 && std::find(kPlain.begin(), kPlain.end(), key) != kPlain.end();
  if (value.is_object()) {
    out.BeginObject();
    for (const omni::JsonMember& member : value.members()) {
      out.Key(omni::MaskDigits(member.key));
      Write(member.value, member.key, depth + 1, out);
    }
    out.EndObject();
  } else if (value.is_array()) {
    out.BeginArray();
    for (const omni::JsonValue element : value.elements()) Write(element, key, depth + 1, out);
    out.EndArray();
  } else if (value.is_string()) {
    out.String(is_plain ? std::string(value.text()) : omni::MaskDigits(value.text()));
  } else if (value.is_number() && omni::MaskDigits(value.raw()) != value.raw()) {
    out.String(omni::MaskDigits(value.raw()));
  } else {
    out.Raw(value.raw());
  }
}

}  // namespace

std::string MaskJson(std::string_view json) {
  const auto document = omni::JsonDocument::Parse(json);
  std::string masked;
  if (!document.ok()) return masked;
  omni::JsonWriter out(masked);
  Write(document->root(), {}, 0, out);
  return masked;
}

}  // namespace host

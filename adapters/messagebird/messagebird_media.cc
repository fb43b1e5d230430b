#include "messagebird_media.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "omni/http.h"
#include "omni/support/attachment.h"
#include "omni/support/url.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

constexpr std::string_view kMediaUrls = "mediaUrls";

bool IsMediaUrls(std::string_view name) {
  if (!EqualsIgnoreCase(name.substr(0, kMediaUrls.size()), kMediaUrls)) return false;
  const std::string_view rest = name.substr(kMediaUrls.size());
  return rest.empty() || (rest.starts_with('[') && rest.ends_with(']'));
}

// Adds the addresses in a list; false when it holds anything else.
bool AddAll(JsonValue list, std::vector<Media>& media) {
  bool complete = true;
  for (const JsonValue element : list.elements()) {
    if (element.text().empty()) {
      complete = false;
    } else {
      media.push_back({.url = std::string(element.text())});
    }
  }
  return complete;
}

// As AddAll, for a value that may be a list, a list as text, or an address.
bool AddValue(const Fields::Field& field, std::vector<Media>& media) {
  if (field.json.exists()) return field.json.is_array() && AddAll(field.json, media);
  if (field.value.starts_with('[')) {
    const absl::StatusOr<JsonDocument> list = JsonDocument::Parse(field.value);
    if (list.ok()) return AddAll(list->root(), media);
  }
  if (!field.value.empty()) media.push_back({.url = std::string(field.value)});
  return true;
}

}  // namespace

bool HasMediaUrls(const Fields& fields) {
  return std::any_of(fields.fields().begin(), fields.fields().end(),
                     [](const Fields::Field& field) { return IsMediaUrls(field.name); });
}

std::vector<Media> TakeMediaUrls(Fields& fields) {
  std::vector<Fields::Field*> found;
  for (Fields::Field& field : fields.fields()) {
    if (IsMediaUrls(field.name)) found.push_back(&field);
  }
  // `[2]` before `[10]`.
  std::stable_sort(found.begin(), found.end(), [](const Fields::Field* a, const Fields::Field* b) {
    return a->name.size() < b->name.size();
  });
  std::vector<Media> media;
  for (Fields::Field* field : found) {
    if (AddValue(*field, media)) field->taken = true;
  }
  return media;
}

Media TakeMedia(Fields& item) {
  static constexpr std::string_view kAddresses[] = {"url", "mediaUrl", "link"};
  static constexpr std::string_view kMimeTypes[] = {"contentType", "mimeType"};
  Media media;
  media.url = item.TakeFirst(kAddresses);
  media.mime_type = item.TakeFirst(kMimeTypes);
  media.filename = item.Take("filename");
  media.caption = item.Take("caption");
  return media;
}

MessageType TypeOf(const std::vector<Media>& media) {
  return media.empty() ? MessageType::kText : MessageTypeOf(media.front());
}

}  // namespace messagebird
}  // namespace omni::inline v0_1

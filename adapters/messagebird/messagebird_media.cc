#include "messagebird_media.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "omni/http.h"
#include "omni/support/url.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

constexpr std::string_view kMediaUrls = "mediaUrls";

struct Extension {
  std::string_view name;
  MessageType type;
};
constexpr Extension kExtensions[] = {
    {"jpg", MessageType::kImage},  {"jpeg", MessageType::kImage}, {"png", MessageType::kImage},
    {"gif", MessageType::kImage},  {"webp", MessageType::kImage}, {"heic", MessageType::kImage},
    {"mp4", MessageType::kVideo},  {"mov", MessageType::kVideo},  {"3gp", MessageType::kVideo},
    {"3gpp", MessageType::kVideo}, {"mpeg", MessageType::kVideo}, {"webm", MessageType::kVideo},
    {"mp3", MessageType::kAudio},  {"m4a", MessageType::kAudio},  {"amr", MessageType::kAudio},
    {"aac", MessageType::kAudio},  {"ogg", MessageType::kAudio},  {"wav", MessageType::kAudio},
};

struct Prefix {
  std::string_view name;
  MessageType type;
};
constexpr Prefix kMimePrefixes[] = {
    {"image/", MessageType::kImage},
    {"video/", MessageType::kVideo},
    {"audio/", MessageType::kAudio},
};

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

std::string_view ExtensionOf(const Media& media) {
  std::string_view name = media.filename;
  if (name.empty()) {
    const std::optional<UrlView> url = SplitUrl(media.url);
    if (url.has_value()) name = url->path;
  }
  const std::size_t dot = name.rfind('.');
  return dot == name.npos ? std::string_view() : name.substr(dot + 1);
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
  if (media.empty()) return MessageType::kText;
  const Media& first = media.front();
  const std::string mime_type = MediaType(first.mime_type);
  for (const Prefix& prefix : kMimePrefixes) {
    if (mime_type.starts_with(prefix.name)) return prefix.type;
  }
  const std::string_view extension = ExtensionOf(first);
  const auto row =
      std::find_if(std::begin(kExtensions), std::end(kExtensions), [&](const Extension& known) {
        return mime_type.empty() && EqualsIgnoreCase(known.name, extension);
      });
  return row == std::end(kExtensions) ? MessageType::kDocument : row->type;
}

}  // namespace messagebird
}  // namespace omni::inline v0_1

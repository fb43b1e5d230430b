#include "omni/support/attachment.h"

#include <algorithm>
#include <iterator>

#include "omni/http.h"
#include "omni/support/url.h"

namespace omni::inline v0_1 {
namespace {

struct TypeRow {
  std::string_view name;
  MessageType type;
};

constexpr TypeRow kMediaTypes[] = {{"image/", MessageType::kImage},
                                   {"video/", MessageType::kVideo},
                                   {"audio/", MessageType::kAudio}};

constexpr TypeRow kExtensions[] = {
    {"jpg", MessageType::kImage},  {"jpeg", MessageType::kImage}, {"png", MessageType::kImage},
    {"gif", MessageType::kImage},  {"webp", MessageType::kImage}, {"heic", MessageType::kImage},
    {"bmp", MessageType::kImage},  {"tif", MessageType::kImage},  {"tiff", MessageType::kImage},
    {"mp4", MessageType::kVideo},  {"m4v", MessageType::kVideo},  {"mov", MessageType::kVideo},
    {"3gp", MessageType::kVideo},  {"3gpp", MessageType::kVideo}, {"3g2", MessageType::kVideo},
    {"mpeg", MessageType::kVideo}, {"mpg", MessageType::kVideo},  {"webm", MessageType::kVideo},
    {"avi", MessageType::kVideo},  {"mp3", MessageType::kAudio},  {"m4a", MessageType::kAudio},
    {"amr", MessageType::kAudio},  {"aac", MessageType::kAudio},  {"ogg", MessageType::kAudio},
    {"oga", MessageType::kAudio},  {"wav", MessageType::kAudio},  {"caf", MessageType::kAudio},
};

MessageType ByMediaType(std::string_view media_type) {
  const std::string type = MediaType(media_type);
  const auto row = std::find_if(std::begin(kMediaTypes), std::end(kMediaTypes),
                                [&](const TypeRow& known) { return type.starts_with(known.name); });
  return row == std::end(kMediaTypes) ? MessageType::kDocument : row->type;
}

}  // namespace

MessageType MessageTypeOf(const Media& media) {
  if (!media.mime_type.empty()) return ByMediaType(media.mime_type);
  const std::string named = media.filename.empty() ? FilenameOfUrl(media.url) : std::string();
  const std::string_view extension = ExtensionOf(media.filename.empty() ? named : media.filename);
  const auto row =
      std::find_if(std::begin(kExtensions), std::end(kExtensions),
                   [&](const TypeRow& known) { return EqualsIgnoreCase(known.name, extension); });
  return row == std::end(kExtensions) ? MessageType::kDocument : row->type;
}

std::string FilenameOfUrl(std::string_view url) {
  const auto parts = SplitUrl(url);
  if (!parts) return {};
  std::string name = PercentDecode(parts->path.substr(parts->path.rfind('/') + 1));
  if (const std::size_t slash = name.find_last_of("/\\"); slash != name.npos) {
    name.erase(0, slash + 1);
  }
  return name == "." || name == ".." ? std::string() : name;
}

std::string_view ExtensionOf(std::string_view filename) {
  const std::size_t dot = filename.rfind('.');
  return dot == filename.npos ? std::string_view() : filename.substr(dot + 1);
}

}  // namespace omni::inline v0_1

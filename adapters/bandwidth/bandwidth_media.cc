#include "bandwidth_media.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bandwidth_fields.h"
#include "omni/http.h"
#include "omni/support/url.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace {

constexpr std::string_view kMediaHost = "messaging.bandwidth.com";
constexpr std::string_view kMediaFolder = "/media/";

struct Extension {
  std::string_view name;
  MessageType type;
};
constexpr Extension kExtensions[] = {
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

constexpr std::string_view kLayouts[] = {"smil", "xml"};

std::string_view ExtensionOf(std::string_view filename) {
  const std::size_t dot = filename.rfind('.');
  return dot == filename.npos ? std::string_view() : filename.substr(dot + 1);
}

bool IsLayout(std::string_view filename) {
  const std::string_view extension = ExtensionOf(filename);
  return std::any_of(std::begin(kLayouts), std::end(kLayouts),
                     [&](std::string_view layout) { return EqualsIgnoreCase(layout, extension); });
}

// The last part of a path, decoded: it comes from a stranger's phone.
std::string FilenameOf(std::string_view path) {
  std::string name = PercentDecode(path.substr(path.rfind('/') + 1));
  if (const std::size_t slash = name.find_last_of("/\\"); slash != name.npos) {
    name.erase(0, slash + 1);
  }
  return name == "." || name == ".." ? std::string() : name;
}

Media ReadAttachment(std::string_view address) {
  Media media;
  media.url = address;
  const auto url = SplitUrl(address);
  if (!url) return media;
  media.filename = FilenameOf(url->path);
  // What the carrier's media API calls it, slashes included.
  const std::size_t folder = url->path.find(kMediaFolder);
  if (EqualsIgnoreCase(url->host, kMediaHost) && folder != url->path.npos) {
    media.id = url->path.substr(folder + kMediaFolder.size());
  }
  return media;
}

/// Collects what is in one message. Thread safety: confined.
class Attachments {
 public:
  explicit Attachments(Event& event) : media_(event.message->media) {}

  void Add(std::string_view address) {
    Media media = ReadAttachment(address);
    if (!IsLayout(media.filename)) return media_.push_back(std::move(media));
    if (layout_count_++ > 0) layout_ += ' ';
    layout_ += address;
  }
  [[nodiscard]] std::size_t layout_count() const { return layout_count_; }
  [[nodiscard]] const std::string& layout() const { return layout_; }

 private:
  std::vector<Media>& media_;
  std::size_t layout_count_ = 0;
  std::string layout_;
};

void ReadList(JsonValue media, Attachments& attachments, Metadata& metadata) {
  bool odd = false;
  for (const JsonValue element : media.elements()) {
    if (element.text().empty()) {
      odd = true;
    } else {
      attachments.Add(element.text());
    }
  }
  if (!media.text().empty()) attachments.Add(media.text());
  if (odd) metadata.Set("media", CompactJson(media));
}

void ReadContent(JsonValue content, Attachments& attachments, Metadata& metadata) {
  static constexpr std::string_view kScalars[] = {"text"};
  static constexpr std::string_view kObjects[] = {"media"};
  static constexpr std::string_view kFileScalars[] = {"fileUrl"};
  const JsonValue media = content["media"];
  if (const std::string_view file = media["fileUrl"].text(); !file.empty()) attachments.Add(file);
  // With the address of a thumbnail, and what there may be one day.
  KeepRest(media, {{.scalars = kFileScalars}}, {}, metadata);
  KeepRest(content, {{.scalars = kScalars, .objects = kObjects}}, "content", metadata);
}

}  // namespace

void ReadMedia(const Callback& callback, Event& event, Batch& batch) {
  Attachments attachments(event);
  ReadList(callback.message["media"], attachments, event.metadata);
  ReadContent(callback.message["content"], attachments, event.metadata);
  for (std::size_t i = 0; i < attachments.layout_count(); ++i) batch.Ignore("layout_part");
  event.metadata.Set("layout", attachments.layout());
}

MessageType TypeOf(const Message& message) {
  if (message.media.empty()) return MessageType::kText;
  const std::string_view extension = ExtensionOf(message.media.front().filename);
  const auto row =
      std::find_if(std::begin(kExtensions), std::end(kExtensions),
                   [&](const Extension& known) { return EqualsIgnoreCase(known.name, extension); });
  return row == std::end(kExtensions) ? MessageType::kDocument : row->type;
}

}  // namespace bandwidth
}  // namespace omni::inline v0_1

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
#include "omni/support/attachment.h"
#include "omni/support/url.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace {

constexpr std::string_view kMediaHost = "messaging.bandwidth.com";
constexpr std::string_view kMediaFolder = "/media/";

constexpr std::string_view kLayouts[] = {"smil", "xml"};

bool IsLayout(std::string_view filename) {
  const std::string_view extension = ExtensionOf(filename);
  return std::any_of(std::begin(kLayouts), std::end(kLayouts),
                     [&](std::string_view layout) { return EqualsIgnoreCase(layout, extension); });
}

Media ReadAttachment(std::string_view address) {
  Media media;
  media.url = address;
  const auto url = SplitUrl(address);
  if (!url) return media;
  media.filename = FilenameOfUrl(address);
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
  static constexpr KnownNames kScalars = {"text"};
  static constexpr KnownNames kObjects = {"media"};
  static constexpr KnownNames kFileScalars = {"fileUrl"};
  const JsonValue media = content["media"];
  if (const std::string_view file = media["fileUrl"].text(); !file.empty()) attachments.Add(file);
  // With the address of a thumbnail, and what there may be one day.
  KeepRest(media, {{.scalars = &kFileScalars}}, {}, metadata);
  KeepRest(content, {{.scalars = &kScalars, .objects = &kObjects}}, "content", metadata);
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
  return message.media.empty() ? MessageType::kText : MessageTypeOf(message.media.front());
}

}  // namespace bandwidth
}  // namespace omni::inline v0_1

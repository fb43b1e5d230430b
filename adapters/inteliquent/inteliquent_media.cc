#include "inteliquent_media.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "omni/http.h"
#include "omni/support/attachment.h"
#include "omni/support/url.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace {

constexpr std::size_t kMaxMedia = 100;

constexpr std::string_view kLayoutExtension = "smil";
constexpr std::string_view kLayoutType = "application/smil";

constexpr std::string_view kAttachmentMembers[] = {"url", "contentType", "size"};

bool IsLayout(const Media& media) {
  return EqualsIgnoreCase(ExtensionOf(media.filename), kLayoutExtension) ||
         MediaType(media.mime_type) == kLayoutType;
}

/// Collects what is in one message. Thread safety: confined.
class Attachments {
 public:
  /// Lifetime: `media` outlives the object.
  explicit Attachments(std::vector<Media>& media) : media_(media) {}

  /// Adds an attachment, or what it says of one that is there already. Returns whether there was
  /// room for it.
  bool Add(Media media) {
    media.filename = FilenameOfUrl(media.url);
    if (IsLayout(media)) return AddLayout(media.url);
    const auto known = std::find_if(media_.begin(), media_.end(),
                                    [&](const Media& other) { return other.url == media.url; });
    if (known != media_.end()) {
      if (known->mime_type.empty()) known->mime_type = std::move(media.mime_type);
      if (!known->size) known->size = media.size;
      return true;
    }
    if (media_.size() == kMaxMedia) return false;
    media_.push_back(std::move(media));
    return true;
  }
  [[nodiscard]] std::size_t layout_count() const { return layout_count_; }
  [[nodiscard]] const std::string& layout() const { return layout_; }

 private:
  bool AddLayout(std::string_view url) {
    if (layout_count_++ > 0) layout_ += ' ';
    layout_ += url;
    return true;
  }

  std::vector<Media>& media_;
  std::size_t layout_count_ = 0;
  std::string layout_;
};

// Returns whether the event says all that `value` does.
bool AddUrl(JsonValue value, Attachments& attachments) {
  return !value.text().empty() && attachments.Add({.url = std::string(value.text())});
}

bool AddAttachment(JsonValue value, Attachments& attachments) {
  const JsonValue url = value["url"];
  const JsonValue content_type = value["contentType"];
  const JsonValue size = value["size"];
  bool whole = url.is_string() && !url.text().empty();
  if (!whole) return false;
  for (const JsonMember member : value.members()) {
    const auto end = std::end(kAttachmentMembers);
    whole = whole && std::find(std::begin(kAttachmentMembers), end, member.key) != end;
  }
  whole = whole && (content_type.is_string() || !content_type.exists());
  whole = whole && (size.AsInt64().has_value() || !size.exists());
  const bool added = attachments.Add({.url = std::string(url.text()),
                                      .mime_type = std::string(content_type.text()),
                                      .size = size.AsInt64()});
  return whole && added;
}

void ReadList(JsonValue object, std::string_view name, bool (*add)(JsonValue, Attachments&),
              Attachments& attachments, Metadata& metadata) {
  const JsonValue list = object[name];
  bool whole = true;
  for (const JsonValue element : list.elements()) whole = add(element, attachments) && whole;
  // One alone may come without its list.
  if (!list.scalar().empty()) whole = add(list, attachments);
  if (!whole) metadata.Set(name, CompactJson(list));
}

}  // namespace

bool HasMedia(const Item& item) {
  const JsonValue urls = item.value["mediaUrls"];
  const JsonValue attachments = item.value["attachments"];
  return !urls.text().empty() || (urls.is_array() && urls.size() > 0) ||
         (attachments.is_array() && attachments.size() > 0);
}

void ReadMedia(const Item& item, Event& event, Batch& batch) {
  Attachments attachments(event.message->media);
  ReadList(item.value, "mediaUrls", AddUrl, attachments, event.metadata);
  ReadList(item.value, "attachments", AddAttachment, attachments, event.metadata);
  for (std::size_t i = 0; i < attachments.layout_count(); ++i) batch.Ignore("layout_part");
  event.metadata.Set("layout", attachments.layout());
}

MessageType TypeOf(const Message& message) {
  return message.media.empty() ? MessageType::kText : MessageTypeOf(message.media.front());
}

}  // namespace inteliquent
}  // namespace omni::inline v0_1

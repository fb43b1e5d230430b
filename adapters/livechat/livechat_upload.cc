#include "livechat_upload.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "livechat_chat_query.h"
#include "livechat_errors.h"
#include "livechat_file_type.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/support/multipart.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace {

constexpr std::size_t kMaxFile = std::size_t{10} << 20;
constexpr std::size_t kMaxBody = kMaxFile + (std::size_t{64} << 10);
constexpr std::size_t kMaxFilename = 255;
constexpr MultipartLimits kLimits = {.max_parts = 8, .max_header_bytes = std::size_t{8} << 10};
// What a part is that says nothing of its type, and what a client says that does not know.
constexpr std::string_view kUnsaid = "text/plain";

absl::Status TooLargeError() {
  return PayloadTooLargeError("the file is larger than 10 MiB", "file_too_large");
}

/// The parts that count. Lifetime: the body's.
struct Parts {
  const MultipartPart* file = nullptr;
  std::string_view filename = {};
  std::string_view content_type = {};
};

absl::StatusOr<Parts> Sort(const std::vector<MultipartPart>& all) {
  Parts parts;
  for (const MultipartPart& part : all) {
    if (part.name == "filename") parts.filename = part.body;
    if (part.name == "content_type") parts.content_type = part.body;
    if (part.name != "file") continue;
    if (parts.file != nullptr) return InvalidPayloadError("there is more than one file", "file");
    parts.file = &part;
  }
  if (parts.file == nullptr) return MissingFieldError("file");
  return parts;
}

// A part without a type is not yet text.
std::string_view DeclaredType(const Parts& parts) {
  if (!parts.content_type.empty()) return parts.content_type;
  const std::string_view type = parts.file->content_type;
  return type == kUnsaid ? std::string_view() : type;
}

// The first `size` bytes at most, and no half of a character.
std::string Shorten(std::string text, std::size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  text.resize(size);
  return text;
}

void WriteMember(std::string_view key, std::string_view value, JsonWriter& writer) {
  writer.Key(key);
  writer.String(value);
}

}  // namespace

std::string CleanFilename(std::string_view name) {
  name.remove_prefix(name.find_last_of("/\\") + 1);
  std::string clean = ToValidUtf8(name);
  clean.erase(
      std::remove_if(clean.begin(), clean.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }),
      clean.end());
  if (clean.find_first_not_of(". ") == clean.npos) return "file";
  return Shorten(std::move(clean), kMaxFilename);
}

absl::StatusOr<MediaUpload> ReadUpload(const Identifier& identifier, const Form& query,
                                       std::string_view content_type, std::string_view body) {
  OMNI_ASSIGN_OR_RETURN(const std::string chat_id, ReadChatId(query));
  if (body.size() > kMaxBody) return TooLargeError();
  OMNI_ASSIGN_OR_RETURN(const std::vector<MultipartPart> all,
                        ParseMultipart(content_type, body, kLimits));
  OMNI_ASSIGN_OR_RETURN(const Parts parts, Sort(all));
  const MultipartPart& file = *parts.file;
  if (file.body.size() > kMaxFile) return TooLargeError();
  MediaUpload upload{
      .conversation = ConversationOf(identifier, chat_id),
      .filename = CleanFilename(parts.filename.empty() ? file.filename : parts.filename)};
  const auto type = AllowedType(file.body, DeclaredType(parts), upload.filename);
  if (!type || !AllowedType(file.body, *type, CleanFilename(file.filename))) {
    return UnsupportedMediaTypeError("files of this type are not allowed");
  }
  upload.content_type = *type;
  upload.content = file.body;
  return upload;
}

HttpResponse UploadAnswer(const MediaUpload& upload, const StoredMedia& stored) {
  std::string body;
  JsonWriter writer(body);
  writer.BeginObject();
  WriteMember("status", "uploaded", writer);
  writer.Key("media");
  writer.BeginObject();
  WriteMember("id", stored.id, writer);
  WriteMember("url", stored.url, writer);
  WriteMember("filename", upload.filename, writer);
  WriteMember("content_type", upload.content_type, writer);
  writer.Key("size");
  writer.Int(static_cast<std::int64_t>(upload.content.size()));
  writer.EndObject();
  writer.EndObject();
  return HttpResponse::Json(200, std::move(body));
}

}  // namespace livechat
}  // namespace omni::inline v0_1

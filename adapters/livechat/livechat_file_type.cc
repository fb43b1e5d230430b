#include "livechat_file_type.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>

#include "omni/http.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace {

using std::string_view_literals::operator""sv;  // NOLINT(misc-unused-using-decls): for literals

/// What the first bytes can tell. Several types share a container.
enum class Format {
  kUnknown,
  kProgram,
  kText,
  kPng,
  kJpeg,
  kGif,
  kWebp,
  kBmp,
  kTiff,
  kPdf,
  kZip,
  kGzip,
  kOle,
  kRtf,
  kIsoMedia,
  kMatroska,
  kOgg,
  kMpegAudio,
  kWave,
  kFlac,
  kAmr,
};

/// Bytes at the beginning, and others further on where the first do not suffice.
struct Magic {
  std::string_view bytes;
  Format format;
  std::size_t more_at = 0;
  std::string_view more = {};
};
constexpr Magic kMagics[] = {
    {"\x89PNG\r\n\x1a\n"sv, Format::kPng},
    {"\xff\xd8\xff"sv, Format::kJpeg},
    {"GIF87a"sv, Format::kGif},
    {"GIF89a"sv, Format::kGif},
    {"RIFF"sv, Format::kWebp, 8, "WEBP"sv},
    {"RIFF"sv, Format::kWave, 8, "WAVE"sv},
    {"RIFF"sv, Format::kUnknown},
    {"II*\0"sv, Format::kTiff},
    {"MM\0*"sv, Format::kTiff},
    {"BM"sv, Format::kBmp, 6, "\0\0\0\0"sv},
    {"%PDF-"sv, Format::kPdf},
    {"PK\x03\x04"sv, Format::kZip},
    {"\x1f\x8b"sv, Format::kGzip},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, Format::kOle},
    {"{\\rtf"sv, Format::kRtf},
    {""sv, Format::kIsoMedia, 4, "ftyp"sv},
    {"\x1a\x45\xdf\xa3"sv, Format::kMatroska},
    {"OggS"sv, Format::kOgg},
    {"ID3"sv, Format::kMpegAudio},
    {"\xff\xfb"sv, Format::kMpegAudio},
    {"\xff\xf3"sv, Format::kMpegAudio},
    {"\xff\xf2"sv, Format::kMpegAudio},
    {"\xff\xf1"sv, Format::kMpegAudio},
    {"\xff\xf9"sv, Format::kMpegAudio},
    {"fLaC"sv, Format::kFlac},
    // Before the line that starts a script.
    {"#!AMR"sv, Format::kAmr},
    {"MZ"sv, Format::kProgram},
    {"\x7f"
     "ELF"sv,
     Format::kProgram},
    {"\xfe\xed\xfa\xce"sv, Format::kProgram},
    {"\xfe\xed\xfa\xcf"sv, Format::kProgram},
    {"\xce\xfa\xed\xfe"sv, Format::kProgram},
    {"\xcf\xfa\xed\xfe"sv, Format::kProgram},
    {"\xca\xfe\xba\xbe"sv, Format::kProgram},
    {"\0asm"sv, Format::kProgram},
    {"dex\n"sv, Format::kProgram},
    {"L\0\0\0\x01\x14\x02\0"sv, Format::kProgram},
    {"#!"sv, Format::kProgram},
};

struct TypeRow {
  std::string_view type;
  Format format;
};
// The first type of a format is the usual one.
constexpr TypeRow kTypes[] = {
    {"text/plain", Format::kText},
    {"text/csv", Format::kText},
    {"text/markdown", Format::kText},
    {"text/calendar", Format::kText},
    {"text/vcard", Format::kText},
    {"application/json", Format::kText},
    {"image/png", Format::kPng},
    {"image/jpeg", Format::kJpeg},
    {"image/jpg", Format::kJpeg},
    {"image/gif", Format::kGif},
    {"image/webp", Format::kWebp},
    {"image/bmp", Format::kBmp},
    {"image/tiff", Format::kTiff},
    {"application/pdf", Format::kPdf},
    {"application/zip", Format::kZip},
    {"application/x-zip-compressed", Format::kZip},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", Format::kZip},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Format::kZip},
    {"application/vnd.openxmlformats-officedocument.presentationml.presentation", Format::kZip},
    {"application/vnd.oasis.opendocument.text", Format::kZip},
    {"application/vnd.oasis.opendocument.spreadsheet", Format::kZip},
    {"application/vnd.oasis.opendocument.presentation", Format::kZip},
    {"application/gzip", Format::kGzip},
    {"application/msword", Format::kOle},
    {"application/vnd.ms-excel", Format::kOle},
    {"application/vnd.ms-powerpoint", Format::kOle},
    {"application/rtf", Format::kRtf},
    {"text/rtf", Format::kRtf},
    {"video/mp4", Format::kIsoMedia},
    {"video/quicktime", Format::kIsoMedia},
    {"video/3gpp", Format::kIsoMedia},
    {"audio/mp4", Format::kIsoMedia},
    {"audio/x-m4a", Format::kIsoMedia},
    {"image/heic", Format::kIsoMedia},
    {"image/heif", Format::kIsoMedia},
    {"image/avif", Format::kIsoMedia},
    {"video/webm", Format::kMatroska},
    {"audio/webm", Format::kMatroska},
    {"audio/ogg", Format::kOgg},
    {"video/ogg", Format::kOgg},
    {"audio/mpeg", Format::kMpegAudio},
    {"audio/mp3", Format::kMpegAudio},
    {"audio/aac", Format::kMpegAudio},
    {"audio/wav", Format::kWave},
    {"audio/x-wav", Format::kWave},
    {"audio/flac", Format::kFlac},
    {"audio/amr", Format::kAmr},
};

// Names that a desktop runs on a double click.
constexpr std::string_view kProgramEndings[] = {
    "exe", "bat", "cmd", "com", "scr", "pif", "cpl", "dll", "js",  "jse", "vbs", "vbe", "wsf",
    "hta", "lnk", "ps1", "sh",  "jar", "msi", "apk", "app", "dmg", "deb", "rpm", "reg", "svg",
};

Format FormatOf(std::string_view content) {
  for (const Magic& magic : kMagics) {
    const std::string_view rest = content.substr(std::min(magic.more_at, content.size()));
    if (content.starts_with(magic.bytes) && rest.starts_with(magic.more)) return magic.format;
  }
  const bool utf16 = content.starts_with("\xff\xfe"sv) || content.starts_with("\xfe\xff"sv);
  const bool text = std::none_of(content.begin(), content.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && "\t\n\r\f"sv.find(c) == std::string_view::npos;
  });
  return text || utf16 ? Format::kText : Format::kUnknown;
}

bool IsProgramName(std::string_view filename) {
  // Windows drops these, and runs what is left.
  const std::size_t end = filename.find_last_not_of(". ");
  filename = filename.substr(0, end == filename.npos ? 0 : end + 1);
  const std::size_t dot = filename.rfind('.');
  if (dot == filename.npos) return false;
  const std::string_view ending = filename.substr(dot + 1);
  return std::any_of(std::begin(kProgramEndings), std::end(kProgramEndings),
                     [ending](std::string_view known) { return EqualsIgnoreCase(known, ending); });
}

bool IsDeclared(std::string_view type) {
  return !type.empty() && type != "application/octet-stream" && type != "binary/octet-stream";
}

}  // namespace

std::optional<std::string_view> AllowedType(std::string_view content, std::string_view declared,
                                            std::string_view filename) {
  const Format format = FormatOf(content);
  if (format == Format::kProgram || format == Format::kUnknown || IsProgramName(filename)) {
    return std::nullopt;
  }
  const std::string type = MediaType(declared);
  for (const TypeRow& row : kTypes) {
    if (row.format == format && (!IsDeclared(type) || row.type == type)) return row.type;
  }
  return std::nullopt;
}

}  // namespace livechat
}  // namespace omni::inline v0_1

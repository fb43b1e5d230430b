// Written by hand because Debian ships no library that reads multipart.
#include "omni/support/multipart.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "omni/error.h"
#include "omni/http.h"
#include "support/header_parameter.h"
#include "support/header_text.h"

namespace omni::inline v0_1 {
namespace {

constexpr std::size_t kMaxBoundarySize = 70;
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadersEnd = "\r\n\r\n";

absl::Status Malformed(std::string_view message) { return InvalidPayloadError(message, ""); }

absl::Status TooLarge(std::string_view message, std::string_view reason) {
  return MakeError(absl::StatusCode::kResourceExhausted, message,
                   {.reason = std::string(reason),
                    .code = "PAYLOAD_TOO_LARGE",
                    .blame = Blame::kSender,
                    .http_status = 413});
}

bool IsBoundary(std::string_view text) {
  constexpr std::string_view kPunctuation = "'()+_,-./:=? ";
  return !text.empty() && text.size() <= kMaxBoundarySize && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return internal::IsAlphanumeric(c) || kPunctuation.find(c) != kPunctuation.npos;
         });
}

absl::StatusOr<std::string> BoundaryOf(std::string_view content_type) {
  if (MediaType(content_type) != "multipart/form-data") {
    return MakeError(absl::StatusCode::kInvalidArgument, "the body is not multipart/form-data",
                     {.reason = "unsupported_media_type",
                      .code = "UNSUPPORTED_MEDIA_TYPE",
                      .blame = Blame::kSender,
                      .http_status = 415});
  }
  std::optional<std::string> boundary = internal::HeaderParameter(content_type, "boundary");
  if (!boundary || !IsBoundary(*boundary)) {
    return Malformed("multipart/form-data without a valid boundary");
  }
  return *std::move(boundary);
}

// The percent-encoded quotes of browsers decoded, and no directory part.
std::string DecodeQuotes(std::string text) {
  for (std::size_t at = 0; (at = text.find("%22", at)) != text.npos; ++at)
    text.replace(at, 3, "\"");
  return text;
}

std::string FilenameOf(std::string_view disposition) {
  std::string filename =
      DecodeQuotes(internal::HeaderParameter(disposition, "filename").value_or(""));
  filename.erase(0, filename.find_last_of("/\\") + 1);
  return filename == "." || filename == ".." ? "" : filename;
}

absl::Status ReadDisposition(std::string_view value, MultipartPart& part) {
  std::optional<std::string> name = internal::HeaderParameter(value, "name");
  if (MediaType(value) != "form-data" || !name) {
    return Malformed("a part of the multipart body has no name");
  }
  part.name = DecodeQuotes(*std::move(name));
  part.filename = FilenameOf(value);
  return absl::OkStatus();
}

bool IsIdentityEncoding(std::string_view value) {
  return EqualsIgnoreCase(value, "7bit") || EqualsIgnoreCase(value, "8bit") ||
         EqualsIgnoreCase(value, "binary");
}

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return internal::IsControl(c) && c != '\t'; });
}

absl::Status ReadHeaders(std::string_view headers, MultipartPart& part) {
  bool has_disposition = false;
  while (!headers.empty()) {
    std::string_view value = internal::TakeUntil(headers, kLineEnd);
    const std::size_t colon = value.find(':');
    if (colon == value.npos || HasControl(value)) {
      return Malformed("a part of the multipart body has a broken header");
    }
    const std::string_view name = value.substr(0, colon);
    value = internal::Trim(value.substr(colon + 1));
    if (EqualsIgnoreCase(name, "Content-Disposition")) {
      OMNI_RETURN_IF_ERROR(ReadDisposition(value, part));
      has_disposition = true;
    } else if (EqualsIgnoreCase(name, "Content-Type")) {
      part.content_type = value;
    } else if (EqualsIgnoreCase(name, "Content-Transfer-Encoding") && !IsIdentityEncoding(value)) {
      return Malformed("a part of the multipart body has a transfer encoding");
    }
  }
  if (!has_disposition) return Malformed("a part of the multipart body has no name");
  if (part.content_type.empty()) part.content_type = "text/plain";
  return absl::OkStatus();
}

// Where a delimiter line begins, line end before it included, and where the next line begins.
struct Delimiter {
  std::size_t begin;
  std::size_t end;
  bool is_last;
};

// The first delimiter at or after `from`. Text that only starts like one is none.
std::optional<Delimiter> FindDelimiter(std::string_view body, std::string_view delimiter,
                                       std::size_t from) {
  const auto read_line = [body](std::size_t begin, std::size_t end) -> std::optional<Delimiter> {
    if (body.substr(end).starts_with("--")) return Delimiter{begin, end + 2, true};
    end = std::min(body.find_first_not_of(" \t", end), body.size());
    if (!body.substr(end).starts_with(kLineEnd)) return std::nullopt;
    return Delimiter{begin, end + kLineEnd.size(), false};
  };
  if (from == 0 && body.starts_with(delimiter.substr(kLineEnd.size()))) {
    if (const auto line = read_line(0, delimiter.size() - kLineEnd.size())) return line;
  }
  for (std::size_t at = body.find(delimiter, from); at != body.npos;
       at = body.find(delimiter, at + 1)) {
    if (const auto line = read_line(at, at + delimiter.size())) return line;
  }
  return std::nullopt;
}

// `block` reaches from the line end before the part to the line end after it; where the body is
// empty, one of the two may also be the blank line's.
absl::StatusOr<MultipartPart> ReadPart(std::string_view block, const MultipartLimits& limits) {
  const std::size_t headers_end =
      block.substr(0, limits.max_header_bytes + kHeadersEnd.size()).find(kHeadersEnd);
  if (headers_end == block.npos) {
    if (block.size() <= limits.max_header_bytes) {
      return Malformed("a part of the multipart body has no end of headers");
    }
    return TooLarge("a part of the multipart body has too large headers", "part_headers_too_large");
  }
  MultipartPart part;
  const std::size_t headers_begin = std::min(kLineEnd.size(), headers_end);
  OMNI_RETURN_IF_ERROR(ReadHeaders(block.substr(headers_begin, headers_end - headers_begin), part));
  if (const std::size_t begin = headers_end + kHeadersEnd.size(); begin < block.size()) {
    part.body = block.substr(begin, block.size() - kLineEnd.size() - begin);
  }
  return part;
}

}  // namespace

absl::StatusOr<std::vector<MultipartPart>> ParseMultipart(std::string_view content_type,
                                                          std::string_view body,
                                                          const MultipartLimits& limits) {
  OMNI_ASSIGN_OR_RETURN(const std::string boundary, BoundaryOf(content_type));
  const std::string delimiter = std::string(kLineEnd).append("--").append(boundary);

  std::vector<MultipartPart> parts;
  std::optional<Delimiter> line = FindDelimiter(body, delimiter, 0);
  while (line && !line->is_last) {
    if (parts.size() == limits.max_parts) {
      return TooLarge("the multipart body has too many parts", "too_many_parts");
    }
    const std::size_t begin = line->end - kLineEnd.size();
    line = FindDelimiter(body, delimiter, begin);
    if (!line) break;
    const std::size_t end = line->begin + kLineEnd.size();
    OMNI_ASSIGN_OR_RETURN(MultipartPart part, ReadPart(body.substr(begin, end - begin), limits));
    parts.push_back(std::move(part));
  }
  if (!line) return Malformed("the multipart body is truncated: its last boundary is missing");
  return parts;
}

}  // namespace omni::inline v0_1

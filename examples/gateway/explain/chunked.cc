#include "explain/chunked.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace host {
namespace {

/// Of a chunk's head with its extensions, and of a trailer field: as the server has it.
constexpr std::size_t kMaxLine = 8 << 10;
constexpr std::size_t kMaxTrailers = 100;

absl::Status ChunkError(std::size_t number, std::string_view what) {
  return absl::InvalidArgumentError("chunk " + std::to_string(number) + ": " + std::string(what));
}

std::optional<std::string_view> TakeLine(std::string_view& text) {
  const std::size_t end = text.substr(0, kMaxLine).find('\n');
  if (end == text.npos) return std::nullopt;
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// The size in a chunk's head; what stands behind a semicolon is an extension.
std::optional<std::uint64_t> SizeOf(std::string_view head) {
  std::string_view digits = head.substr(0, head.find(';'));
  while (digits.ends_with(' ') || digits.ends_with('\t')) digits.remove_suffix(1);
  std::uint64_t size = 0;
  const char* const end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, size, 16);
  const bool is_whole = !digits.empty() && error == std::errc() && rest == end;
  return is_whole ? std::optional(size) : std::nullopt;
}

absl::Status SkipTrailer(std::string_view text, std::size_t number) {
  for (std::size_t fields = 0; fields <= kMaxTrailers; ++fields) {
    const auto line = TakeLine(text);
    if (!line) return ChunkError(number, "expected an empty line behind the last chunk");
    if (!line->empty()) continue;
    return text.empty() ? absl::OkStatus()
                        : ChunkError(number, "there is something behind the last chunk");
  }
  return ChunkError(number, "too many trailer fields");
}

}  // namespace

absl::StatusOr<std::string> DecodeChunks(std::string_view body) {
  std::string joined;
  for (std::size_t number = 1;; ++number) {
    const auto head = TakeLine(body);
    const auto size = head ? SizeOf(*head) : std::nullopt;
    if (!size && number == 1) {
      return ChunkError(number,
                        "expected its size; where the tool has put the body together already, "
                        "leave out Transfer-Encoding");
    }
    if (!size) return ChunkError(number, "expected its size");
    if (*size == 0) {
      const absl::Status rest = SkipTrailer(body, number);
      if (!rest.ok()) return rest;
      return joined;
    }
    if (*size > body.size()) {
      return ChunkError(number, "the capture ends within it; it has to be whole, to the byte");
    }
    joined.append(body.substr(0, *size));
    body.remove_prefix(*size);
    const auto end = TakeLine(body);
    if (!end || !end->empty()) return ChunkError(number, "does not end where its size says");
  }
}

absl::Status JoinChunks(omni::WebhookRequest& request) {
  const std::vector<std::string_view> codings = request.headers.FindAll("Transfer-Encoding");
  if (codings.empty()) return absl::OkStatus();
  if (codings.size() > 1 || !omni::EqualsIgnoreCase(codings.front(), "chunked")) {
    return absl::InvalidArgumentError("Transfer-Encoding is not just chunked");
  }
  if (request.headers.Find("Content-Length")) {
    return absl::InvalidArgumentError(
        "there are both Transfer-Encoding and Content-Length, which every server should refuse");
  }
  auto joined = DecodeChunks(request.body);
  if (!joined.ok()) return std::move(joined).status();
  request.body = *std::move(joined);
  return absl::OkStatus();
}

}  // namespace host

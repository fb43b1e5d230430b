#include "explain/http_capture.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "absl/status/status.h"
#include "explain/chunked.h"
#include "omni/support/url.h"

namespace host {
namespace {

absl::Status LineError(int line, std::string_view what) {
  return absl::InvalidArgumentError("line " + std::to_string(line) + ": " + std::string(what));
}

// The next line of the head, without its end; nothing when the text ends within it.
std::optional<std::string_view> TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == text.npos) return std::nullopt;
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

absl::Status ReadRequestLine(std::string_view line, omni::WebhookRequest& request) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == line.npos || first == last || !line.substr(last + 1).starts_with("HTTP/")) {
    return LineError(1, "expected a request line: POST /twilio HTTP/1.1");
  }
  request.method = omni::ParseHttpMethod(line.substr(0, first));
  if (request.method == omni::HttpMethod::kUnknown) return LineError(1, "unknown method");
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const auto url = omni::SplitUrl(target);
  if (!url.has_value()) {
    request.target = target;
    return target.starts_with('/') ? absl::OkStatus()
                                   : LineError(1, "expected a target that begins with /");
  }
  request.tls = omni::EqualsIgnoreCase(url->scheme, "https");
  request.target = std::string(url->path.empty() ? "/" : url->path).append(url->query);
  std::string host(url->host);
  if (!url->port.empty()) host.append(":").append(url->port);
  request.headers.Add("Host", host);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<HttpCapture> ParseHttpCapture(std::string_view text) {
  HttpCapture capture;
  omni::WebhookRequest& request = capture.request;
  // What some tools put first.
  while (text.starts_with('\n') || text.starts_with("\r\n")) text.remove_prefix(1);
  const auto first = TakeLine(text);
  if (!first) return LineError(1, "expected a request line that ends with a line break");
  if (const absl::Status read = ReadRequestLine(*first, request); !read.ok()) return read;
  const bool absolute = !request.headers.empty();
  for (int number = 2;; ++number) {
    const auto line = TakeLine(text);
    if (!line) return LineError(number, "expected an empty line between headers and body");
    if (line->empty()) break;
    const std::size_t colon = line->find(':');
    if (colon == line->npos || colon == 0 || line->find_first_of(" \t") < colon) {
      return LineError(number, "expected a header: Name: value");
    }
    const std::string_view name = line->substr(0, colon);
    // The host of an absolute target counts.
    if (absolute && omni::EqualsIgnoreCase(name, "Host")) continue;
    request.headers.Add(name, Trim(line->substr(colon + 1)));
  }
  request.body = text;
  if (const absl::Status joined = JoinChunks(request); !joined.ok()) return joined;
  if (const auto length = request.headers.Find("Content-Length")) {
    std::uint64_t bytes = 0;
    const auto [end, error] =
        std::from_chars(length->data(), length->data() + length->size(), bytes);
    if (error == std::errc() && end == length->data() + length->size()) {
      capture.content_length = bytes;
    }
  }
  return capture;
}

}  // namespace host

#include "admin/raw_request.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"
#include "explain/chunked.h"
#include "omni/error.h"

namespace host {
namespace {

/// The next line without its end; false when there is none.
bool NextLine(std::string_view& text, std::string_view& line) {
  if (text.empty()) return false;
  const std::size_t end = std::min(text.find('\n'), text.size());
  line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return true;
}

std::string_view Trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

absl::Status Wrong(std::string_view message) {
  return omni::InvalidPayloadError(message, "request");
}

absl::Status ReadRequestLine(std::string_view line, omni::WebhookRequest& request) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == line.npos) return Wrong("request: expected METHOD /path HTTP/1.1 in the first line");
  const bool has_version = last != first && line.substr(last + 1).starts_with("HTTP/");
  request.method = omni::ParseHttpMethod(line.substr(0, first));
  request.target = Trim(has_version ? line.substr(first, last - first) : line.substr(first));
  if (request.method == omni::HttpMethod::kUnknown) return Wrong("request: unknown method");
  if (!request.target.starts_with('/')) {
    return Wrong("request: expected a path, which starts with /, behind the method");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<omni::WebhookRequest> ParseRawRequest(std::string_view text) {
  while (text.starts_with('\n') || text.starts_with('\r')) text.remove_prefix(1);
  omni::WebhookRequest request{.peer = "127.0.0.1"};
  std::string_view line;
  if (!NextLine(text, line)) return Wrong("request: there is nothing in it");
  if (const absl::Status status = ReadRequestLine(line, request); !status.ok()) return status;
  while (NextLine(text, line) && !line.empty()) {
    const std::size_t colon = line.find(':');
    if (colon == line.npos || colon == 0) {
      return Wrong("request: a header has no colon; an empty line stands before the body");
    }
    request.headers.Add(Trim(line.substr(0, colon)), Trim(line.substr(colon + 1)));
  }
  request.body = text;
  if (const absl::Status joined = JoinChunks(request); !joined.ok()) {
    return Wrong("request: " + MessageOf(joined));
  }
  return request;
}

}  // namespace host

#include "response_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace host::internal {
namespace {

// NOLINTNEXTLINE(readability-function-size): a table
std::string_view Reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Unknown";  // the phrase tells nobody anything
  }
}

bool IsServers(std::string_view name) {
  constexpr std::string_view kNames[] = {"date", "connection", "content-length",
                                         "transfer-encoding"};
  return std::any_of(std::begin(kNames), std::end(kNames), [&](std::string_view own) {
    return own.size() == name.size() && omni::EqualsIgnoreCase(own, name);
  });
}

bool StaysInLine(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= ' ' || c == '\t'; });
}

bool HasNoBody(int status) { return status == 204 || status == 304 || status < 200; }

template <class Number>
void AppendNumber(Number number, int base, std::string& out) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  out.append(digits.data(), end);
}

void AppendFields(const omni::HttpHeaders& headers, std::string& out) {
  for (const auto& [name, value] : headers) {
    if (name.empty() || IsServers(name) || !StaysInLine(name) || !StaysInLine(value)) continue;
    out.append(name).append(": ").append(value).append("\r\n");
  }
}

}  // namespace

void AppendResponse(const omni::HttpResponse& response, const Framing& framing, std::string& out) {
  // An answer that HTTP cannot say is a bug of the handler.
  const int status = response.status >= 200 && response.status <= 599 ? response.status : 500;
  if (status == 200) {
    out.append("HTTP/1.1 200 OK\r\nDate: ");
  } else {
    out.append("HTTP/1.1 ");
    AppendNumber(status, 10, out);
    out.append(" ").append(Reason(status)).append("\r\nDate: ");
  }
  out.append(framing.date).append("\r\n");
  AppendFields(response.headers, out);
  if (framing.is_stream) {
    if (!framing.is_http_1_0) out.append("Transfer-Encoding: chunked\r\n");
  } else if (!HasNoBody(status)) {
    out.append("Content-Length: ");
    AppendNumber(response.body.size(), 10, out);
    out.append("\r\n");
  }
  if (!framing.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (framing.is_http_1_0) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
  if (!framing.is_stream && !framing.is_head && !HasNoBody(status)) out.append(response.body);
}

void AppendChunk(std::string_view data, std::string& out) {
  AppendNumber(data.size(), 16, out);
  out.append("\r\n").append(data).append("\r\n");
}

}  // namespace host::internal

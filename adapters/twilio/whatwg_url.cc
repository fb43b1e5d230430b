#include "whatwg_url.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "omni/http.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

// What is escaped beside controls, space, DEL and everything that is not ASCII.
constexpr std::string_view kPathEscapes = "\"#<>?`{}";
constexpr std::string_view kQueryEscapes = "\"#<>'";
constexpr std::string_view kForbiddenInHost = "#/:<>?@[\\]^|%";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsSlash(char c) { return c == '/' || c == '\\'; }

char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

void AppendEscaped(std::string_view text, std::string_view escapes, std::string& out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && byte < 0x7f && escapes.find(c) == escapes.npos) {
      out.push_back(c);
    } else {
      out.push_back('%');
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
    }
  }
}

// A URL parser drops these, so that two URLs that read differently would have one spelling. No
// request target holds them.
bool HasDroppedCharacters(std::string_view url) {
  return url.ends_with(' ') || std::any_of(url.begin(), url.end(), [](char c) {
           return static_cast<unsigned char>(c) < ' ';
         });
}

bool IsDottedQuad(std::string_view host) {
  int labels = 0;
  while (true) {
    const std::string_view label = host.substr(0, host.find('.'));
    unsigned value = 0;
    const char* const end = label.data() + label.size();
    const auto result = std::from_chars(label.data(), end, value);
    const bool canonical = label.size() == 1 || !label.starts_with('0');
    if (result.ec != std::errc() || result.ptr != end || value > 255 || !canonical) return false;
    ++labels;
    if (label.size() == host.size()) return labels == 4;
    host.remove_prefix(label.size() + 1);
  }
}

// Whether the last label makes a URL parser take the host for an IPv4 address.
bool LooksNumeric(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::string_view label = host.substr(host.rfind('.') + 1);
  return label.starts_with("0x") ||
         (!label.empty() && std::all_of(label.begin(), label.end(), IsDigit));
}

bool AppendHost(std::string_view text, std::string& out) {
  if (text.empty()) return false;
  std::string host;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte >= 0x7f || kForbiddenInHost.find(c) != kForbiddenInHost.npos) {
      return false;
    }
    host.push_back(ToLower(c));
  }
  if (LooksNumeric(host) && !IsDottedQuad(host)) return false;
  out.append(host);
  return true;
}

bool AppendPort(std::string_view text, std::string_view default_port, std::string& out) {
  if (text.empty()) return true;
  unsigned port = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, port);
  if (result.ec != std::errc() || result.ptr != end || port > 65535) return false;
  const std::string digits = std::to_string(port);
  if (digits != default_port) out.append(":").append(digits);
  return true;
}

// How many dots a path segment is, `%2e` counting as one; 0 when it is anything else.
std::size_t CountDots(std::string_view segment) {
  std::size_t dots = 0;
  while (!segment.empty()) {
    const std::size_t size = segment.front() == '.' ? 1 : 3;
    if (size == 3 && !EqualsIgnoreCase(segment.substr(0, 3), "%2e")) return 0;
    segment.remove_prefix(size);
    ++dots;
  }
  return dots;
}

// `path` is empty or starts with a slash.
void AppendPath(std::string_view path, std::string& out) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::find_if(path.begin(), path.end(), IsSlash);
    const std::string_view segment = path.substr(0, static_cast<std::size_t>(end - path.begin()));
    path.remove_prefix(segment.size());
    const std::size_t dots = CountDots(segment);
    if (dots != 1 && dots != 2) {
      segments.push_back(segment);
      continue;
    }
    if (dots == 2 && !segments.empty()) segments.pop_back();
    if (path.empty()) segments.emplace_back();  // `/a/..` ends in a slash
  }
  if (segments.empty()) segments.emplace_back();
  for (std::string_view segment : segments) {
    out.push_back('/');
    AppendEscaped(segment, kPathEscapes, out);
  }
}

}  // namespace

std::optional<std::string> NormalizeUrl(std::string_view url) {
  const std::size_t scheme_size = url.find("://");
  if (scheme_size == url.npos || HasDroppedCharacters(url)) return std::nullopt;
  const std::string_view scheme = url.substr(0, scheme_size);
  const bool https = EqualsIgnoreCase(scheme, "https");
  if (!https && !EqualsIgnoreCase(scheme, "http")) return std::nullopt;
  const std::string_view rest = url.substr(scheme_size + 3);

  const std::string_view authority = rest.substr(0, rest.find_first_of("/\\?"));
  const std::string_view tail = rest.substr(authority.size());
  const std::string_view path = tail.substr(0, tail.find('?'));
  const std::string_view host = authority.substr(0, authority.find(':'));
  const std::string_view port = authority.substr(std::min(host.size() + 1, authority.size()));

  std::string normalized = https ? "https://" : "http://";
  normalized.reserve(url.size() + 16);
  if (!AppendHost(host, normalized)) return std::nullopt;
  if (!AppendPort(port, https ? "443" : "80", normalized)) return std::nullopt;
  AppendPath(path, normalized);
  if (path.size() < tail.size()) {
    normalized.push_back('?');
    AppendEscaped(tail.substr(path.size() + 1), kQueryEscapes, normalized);
  }
  return normalized;
}

}  // namespace twilio
}  // namespace omni::inline v0_1

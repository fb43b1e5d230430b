#include "omni/support/url.h"

#include <algorithm>
#include <array>

#include "omni/http.h"
#include "support/copy_until.h"
#include "support/host_port.h"
#include "support/percent.h"

namespace omni::inline v0_1 {
namespace {

constexpr std::string_view kSchemes[] = {"https", "http"};

// Control characters, white space and the backslash that browsers read as a slash.
bool IsForbiddenInAuthority(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= ' ' || byte == 0x7f || c == '\\';
}

bool SplitAuthority(std::string_view authority, UrlView& url) {
  if (std::any_of(authority.begin(), authority.end(), IsForbiddenInAuthority)) return false;
  if (const std::size_t at = authority.rfind('@'); at != authority.npos) {
    url.userinfo = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  const std::optional<internal::HostPort> split = internal::SplitHostPort(authority);
  if (!split) return false;
  url.host = split->host;
  url.port = split->port;
  return true;
}

// Path, query and fragment: each up to the character that starts the next.
void SplitTail(std::string_view tail, UrlView& url) {
  const std::size_t hash = std::min(tail.find('#'), tail.size());
  url.fragment = tail.substr(hash);
  tail = tail.substr(0, hash);
  const std::size_t question = std::min(tail.find('?'), tail.size());
  url.query = tail.substr(question);
  url.path = tail.substr(0, question);
}

constexpr std::array<bool, 256> MakeUnreservedTable() {
  std::array<bool, 256> table = {};
  for (char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                 "-._~")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}
constexpr std::array<bool, 256> kUnreserved = MakeUnreservedTable();

void AppendRedactedQuery(std::string_view query, std::string& out) {
  while (!query.empty()) {
    out.push_back(query.front());  // `?` or `&`
    query.remove_prefix(1);
    const std::string_view field = query.substr(0, query.find('&'));
    // A field without `=` may be a token as well as a flag, so it counts as a value.
    const std::size_t value_begin = field.find('=') + 1;
    out.append(field.substr(0, value_begin));
    if (const std::size_t size = field.size() - value_begin; size > 0) {
      out.append("[").append(std::to_string(size)).append("]");
    }
    query.remove_prefix(field.size());
  }
}

}  // namespace

std::optional<UrlView> SplitUrl(std::string_view url) {
  UrlView view;
  const std::size_t colon = url.find(':');
  if (colon == url.npos || url.substr(colon, 3) != "://") return std::nullopt;
  view.scheme = url.substr(0, colon);
  const bool known = std::any_of(
      std::begin(kSchemes), std::end(kSchemes),
      [&view](std::string_view scheme) { return EqualsIgnoreCase(scheme, view.scheme); });
  if (!known) return std::nullopt;

  url.remove_prefix(colon + 3);
  // Faster than find_first_of, which searches anew for each character.
  const auto authority_end =
      std::find_if(url.begin(), url.end(), [](char c) { return c == '/' || c == '?' || c == '#'; });
  const auto authority_size = static_cast<std::size_t>(authority_end - url.begin());
  if (!SplitAuthority(url.substr(0, authority_size), view)) return std::nullopt;
  SplitTail(url.substr(authority_size), view);
  return view;
}

std::string PercentDecode(std::string_view text) {
  std::string decoded(text.size(), '\0');
  char* out = decoded.data();
  const char* const end = text.data() + text.size();
  const char* p = text.data();
  while ((p = internal::CopyUntil<'%'>(p, end, out)) != end) internal::DecodeEscape(p, end, out);
  decoded.resize(static_cast<std::size_t>(out - decoded.data()));
  return decoded;
}

std::string PercentEncode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (kUnreserved[byte]) {
      encoded.push_back(c);
    } else {
      encoded.push_back('%');
      encoded.push_back(kDigits[byte >> 4]);
      encoded.push_back(kDigits[byte & 15]);
    }
  }
  return encoded;
}

std::string RedactUrl(std::string_view url) {
  UrlView view;
  if (const std::optional<UrlView> absolute = SplitUrl(url)) {
    view = *absolute;
  } else if (url.starts_with('/')) {
    SplitTail(url, view);
  } else {
    return "[not a URL]";
  }
  std::string redacted;
  if (!view.host.empty()) redacted.append(view.scheme).append("://").append(view.host);
  if (!view.port.empty()) redacted.append(":").append(view.port);
  redacted.append(view.path);
  AppendRedactedQuery(view.query, redacted);
  return redacted;
}

}  // namespace omni::inline v0_1

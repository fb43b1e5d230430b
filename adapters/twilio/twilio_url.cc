#include "twilio_url.h"

#include <algorithm>
#include <utility>

#include "legacy_query.h"
#include "omni/http.h"
#include "whatwg_url.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

// A URL cut where the port goes. Nothing is decoded or checked: the signature covers the very
// bytes.
struct UrlCut {
  std::string_view scheme = {};    // with `://`; empty when `url` has none
  std::string_view userinfo = {};  // with `@`
  std::string_view host = {};
  std::string_view port = {};  // with `:`
  std::string_view tail = {};  // path, query and fragment
};

UrlCut Cut(std::string_view url) {
  UrlCut cut;
  const std::size_t scheme_size = url.find("://");
  if (scheme_size == url.npos) return cut;
  cut.scheme = url.substr(0, scheme_size + 3);
  url.remove_prefix(cut.scheme.size());

  // Faster than find_first_of, which searches anew for each character.
  const auto authority_end =
      std::find_if(url.begin(), url.end(), [](char c) { return c == '/' || c == '?' || c == '#'; });
  std::string_view authority = url.substr(0, static_cast<std::size_t>(authority_end - url.begin()));
  cut.tail = url.substr(authority.size());
  cut.userinfo = authority.substr(0, authority.rfind('@') + 1);
  authority.remove_prefix(cut.userinfo.size());
  // A colon starts the port only after the bracket that closes an IPv6 literal.
  const std::size_t colon = authority.find(':', authority.rfind(']') + 1);
  cut.host = authority.substr(0, colon);
  cut.port = authority.substr(cut.host.size());
  return cut;
}

std::string Join(const UrlCut& cut, std::string_view port) {
  std::string url;
  url.reserve(cut.scheme.size() + cut.host.size() + port.size() + cut.tail.size());
  url.append(cut.scheme).append(cut.host).append(port).append(cut.tail);
  return url;
}

std::string SpellWithoutPort(std::string_view url) {
  const UrlCut cut = Cut(url);
  return cut.scheme.empty() ? std::string(url) : Join(cut, "");
}

std::string WithPort(std::string_view url) {
  const UrlCut cut = Cut(url);
  if (cut.scheme.empty() || !cut.port.empty()) return std::string(url);
  return Join(cut, EqualsIgnoreCase(cut.scheme, "https://") ? ":443" : ":80");
}

std::string Reencode(std::string url) {
  const std::size_t question = url.find('?');
  if (question == url.npos || question + 1 == url.size()) return url;
  const std::string query = ReencodeLegacyQuery(std::string_view(url).substr(question + 1));
  url.resize(question + 1);
  return url.append(query);
}

}  // namespace

std::string_view SignedUrl(std::string_view url, std::string& room) {
  url = url.substr(0, url.find('#'));
  const UrlCut cut = Cut(url);
  if (cut.userinfo.empty()) return url;
  room = Join(cut, cut.port);
  return room;
}

UrlPieces WithoutPort(std::string_view url) {
  const UrlCut cut = Cut(url);
  if (cut.scheme.empty()) return {.front = url};
  return {.front = url.substr(0, cut.scheme.size() + cut.host.size()), .back = cut.tail};
}

std::string_view Describe(UrlSpelling spelling) {
  switch (spelling) {
    case UrlSpelling::kWithoutPort:
      return "as given, without port";
    case UrlSpelling::kWithPort:
      return "as given, with port";
    case UrlSpelling::kNormalizedWithoutPort:
      return "normalized, without port";
    case UrlSpelling::kNormalizedWithPort:
      return "normalized, with port";
    case UrlSpelling::kReencodedWithoutPort:
      return "query re-encoded, without port";
    case UrlSpelling::kReencodedWithPort:
      return "query re-encoded, with port";
  }
  return "";
}

const std::optional<std::string>& UrlSpeller::Normalized() {
  if (!std::exchange(normalization_tried_, true)) normalized_ = NormalizeUrl(url_);
  return normalized_;
}

std::optional<std::string> UrlSpeller::Spell(UrlSpelling spelling) {
  if (spelling == UrlSpelling::kWithoutPort) return SpellWithoutPort(url_);
  if (spelling == UrlSpelling::kWithPort) return WithPort(url_);
  const std::optional<std::string>& normalized = Normalized();
  if (!normalized.has_value()) return std::nullopt;
  switch (spelling) {
    case UrlSpelling::kNormalizedWithoutPort:
      return SpellWithoutPort(*normalized);
    case UrlSpelling::kNormalizedWithPort:
      return WithPort(*normalized);
    case UrlSpelling::kReencodedWithoutPort:
      return Reencode(SpellWithoutPort(*normalized));
    default:
      return Reencode(WithPort(*normalized));
  }
}

}  // namespace twilio
}  // namespace omni::inline v0_1

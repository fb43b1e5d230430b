#include "explain/url_variants.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "omni/support/phone.h"
#include "omni/support/url.h"

namespace host {
namespace {

constexpr std::size_t kMaxVariants = 20'000;
constexpr std::size_t kMaxParameters = 40;

/// One spelling of a part of the URL.
struct Option {
  std::string text = {};
  std::optional<Change> change = {};
};
using Options = std::vector<Option>;

void Add(std::string text, const Change& change, Options& options) {
  for (const Option& known : options) {
    if (known.text == text) return;
  }
  options.push_back({.text = std::move(text), .change = change});
}

std::string_view Header(const Suspect& suspect, std::string_view name) {
  return suspect.request.headers.Find(name).value_or(std::string_view());
}

// The first element of a list in a header, without quotes.
std::string FirstOf(std::string_view list) {
  std::string_view first = list.substr(0, list.find(','));
  while (first.starts_with(' ')) first.remove_prefix(1);
  while (first.ends_with(' ')) first.remove_suffix(1);
  if (first.size() > 1 && first.starts_with('"') && first.ends_with('"')) {
    first = first.substr(1, first.size() - 2);
  }
  return std::string(first);
}

// The `host=` of a Forwarded header.
std::string ForwardedHost(std::string_view forwarded) {
  const std::size_t at = forwarded.find("host=");
  if (at == forwarded.npos) return {};
  const std::string_view rest = forwarded.substr(at + 5);
  return FirstOf(rest.substr(0, rest.find(';')));
}

std::string AuthorityOf(const omni::UrlView& url) {
  std::string authority(url.host);
  if (!url.port.empty()) authority.append(":").append(url.port);
  return authority;
}

std::string_view WithoutPort(std::string_view authority) {
  const std::size_t colon = authority.rfind(':');
  return authority.ends_with(']') || colon == authority.npos ? authority
                                                             : authority.substr(0, colon);
}

constexpr char kSetPublicUrl[] =
    "Set publicUrl to scheme, host, port and prefix as the carrier calls them.";

Options Schemes(const omni::UrlView& url) {
  Options schemes = {{.text = std::string(url.scheme)}};
  const bool https = url.scheme == "https";
  Add(https ? "http" : "https",
      {"scheme_changed",
       https ? "The carrier calls http, and omni takes it for https."
             : "The carrier calls https, and omni takes it for http: TLS ends at a proxy.",
       std::string(kSetPublicUrl) + " A proxy has to be on trustedProxies to be believed."},
      schemes);
  return schemes;
}

Options Authorities(const Suspect& suspect, const omni::UrlView& url) {
  const std::string own = AuthorityOf(url);
  Options options = {{.text = own}};
  std::vector<std::string> hosts = {
      std::string(Header(suspect, "Host")), FirstOf(Header(suspect, "X-Forwarded-Host")),
      FirstOf(Header(suspect, "X-Original-Host")), ForwardedHost(Header(suspect, "Forwarded"))};
  for (const CarrierChannel& channel : suspect.all) {
    if (const auto other = omni::SplitUrl(channel.public_url)) hosts.push_back(AuthorityOf(*other));
  }
  const std::string bare(WithoutPort(own));
  hosts.push_back(bare.starts_with("www.") ? bare.substr(4) : "www." + bare);
  std::vector<std::string> ports = {"", ":443", ":80", ":8443", ":8080"};
  if (const std::string port = FirstOf(Header(suspect, "X-Forwarded-Port")); !port.empty()) {
    ports.push_back(":" + port);
  }
  for (const std::string& host : hosts) {
    if (const std::size_t size = WithoutPort(host).size(); size < host.size()) {
      ports.push_back(host.substr(size));
    }
  }
  for (const std::string& port : ports) {
    const bool missing = !port.empty() && url.port.empty();
    Add(bare + port,
        {missing ? "port_missing" : "port_present",
         missing ? "The carrier signs a port that omni does not know of."
                 : "omni takes a port, or another one, into the URL than the carrier does.",
         kSetPublicUrl},
        options);
  }
  for (const std::string& host : hosts) {
    if (host.empty()) continue;
    const Change changed = {
        "host_changed", "The carrier calls another host than omni takes it for.",
        std::string(kSetPublicUrl) + " Let the proxy pass the Host header on, or name it there."};
    Add(host, changed, options);
    for (const std::string& port : ports) {
      Add(std::string(WithoutPort(host)) + port, changed, options);
    }
  }
  return options;
}

std::string_view PathOf(std::string_view url_or_target) {
  if (const auto url = omni::SplitUrl(url_or_target)) return url->path;
  return omni::TargetPath(url_or_target);
}

Options Paths(const Suspect& suspect, const omni::UrlView& url) {
  const std::string own(url.path);
  Options options = {{.text = own}};
  const Change slash = {"trailing_slash", "A slash at the end of the path was added or taken away.",
                        "Give the carrier the path exactly as it is served, and switch off "
                        "redirects and rewrites that tidy slashes."};
  Add(own.ends_with('/') ? own.substr(0, own.size() - 1) : own + "/", slash, options);

  const std::string base = own.ends_with('/') ? own.substr(0, own.size() - 1) : own;
  const Change stripped = {"prefix_stripped",
                           "A proxy takes a prefix off the path before omni gets it.",
                           "Put the prefix behind the host in publicUrl."};
  const std::string prefix = FirstOf(Header(suspect, "X-Forwarded-Prefix"));
  if (!prefix.empty()) Add(prefix + own, stripped, options);
  for (const char* usual : {"/api", "/prod", "/production", "/staging", "/stage", "/dev",
                            "/default", "/v1", "/v2", "/webhook", "/webhooks", "/hook", "/hooks",
                            "/omni", "/callback", "/callbacks", "/gateway", "/messaging"}) {
    Add(usual + own, stripped, options);
  }
  for (std::string_view name : {"X-Original-URI", "X-Original-URL", "X-Rewrite-URL",
                                "X-Forwarded-Uri", "X-Forwarded-Path", "X-Envoy-Original-Path"}) {
    const std::string_view original = Header(suspect, name);
    if (original.empty()) continue;
    Add(std::string(PathOf(original)),
        {"path_rewritten",
         "A proxy rewrites the path; the original one is in " + std::string(name) + ".",
         "Serve the path that the carrier calls: do not rewrite it, or set the channel's path and "
         "publicUrl so that together they are the original."},
        options);
  }
  const Change added = {"prefix_added", "The path has a prefix that the carrier does not call.",
                        "Take the prefix out of publicUrl, or out of the proxy's rule."};
  const std::string target(omni::TargetPath(suspect.request.target));
  Add(target, added, options);
  for (std::size_t at = own.find('/', 1); at != own.npos; at = own.find('/', at + 1)) {
    Add(own.substr(at), added, options);
  }
  for (const CarrierChannel::Endpoint& endpoint : suspect.channel.endpoints) {
    if (endpoint.path.find('{') == endpoint.path.npos) {
      Add(endpoint.path,
          {"path_rewritten", "The carrier calls the path of the channel itself, unprefixed.",
           "Take the rest out of publicUrl, or out of the proxy's rule."},
          options);
    }
  }
  Add(omni::PercentDecode(own),
      {"path_escapes", "Escapes of the path were written anew on the way.",
       "Let the proxy pass the path on undecoded."},
      options);
  std::string merged = own;
  for (std::size_t at = 0; (at = merged.find("//")) != merged.npos;) merged.erase(at, 1);
  Add(merged,
      {"path_slashes", "The carrier's URL has no double slash, and omni's has.",
       "Take the slash from the end of publicUrl, or from the front of the path."},
      options);
  return options;
}

std::vector<std::string> Parameters(std::string_view query) {
  std::vector<std::string> parameters;
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), one.size() + 1));
    parameters.emplace_back(one);
  }
  return parameters;
}

std::string JoinQuery(const std::vector<std::string>& parameters) {
  std::string query;
  for (const std::string& each : parameters) query.append(query.empty() ? "?" : "&").append(each);
  return query;
}

std::string Replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
  return text;
}

std::string WithHexCase(std::string text, bool upper) {
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    if (text[i] != '%') continue;
    for (std::size_t j = i + 1; j <= i + 2; ++j) {
      if (upper && text[j] >= 'a' && text[j] <= 'f') text[j] = static_cast<char>(text[j] - 32);
      if (!upper && text[j] >= 'A' && text[j] <= 'F') text[j] = static_cast<char>(text[j] + 32);
    }
  }
  return text;
}

void AddReorderings(const std::vector<std::string>& parameters, Options& options) {
  const Change order = {"query_reordered", "The parameters of the query were put in another order.",
                        "Let the proxy pass the query on as it is."};
  std::vector<std::string> sorted = parameters;
  std::stable_sort(sorted.begin(), sorted.end());
  Add(JoinQuery(sorted), order, options);
  std::vector<std::string> reversed(parameters.rbegin(), parameters.rend());
  Add(JoinQuery(reversed), order, options);
  // One that was moved to the front or to the end, as rewriting does.
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    std::vector<std::string> moved = parameters;
    std::rotate(moved.begin(), moved.begin() + static_cast<std::ptrdiff_t>(i),
                moved.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    Add(JoinQuery(moved), order, options);
    moved = parameters;
    std::rotate(moved.begin() + static_cast<std::ptrdiff_t>(i),
                moved.begin() + static_cast<std::ptrdiff_t>(i) + 1, moved.end());
    Add(JoinQuery(moved), order, options);
  }
}

Options Queries(const Suspect& suspect, const omni::UrlView& url) {
  const std::string own(url.query);
  Options options = {{.text = own}};
  for (std::string_view name : {"X-Original-URI", "X-Original-URL", "X-Rewrite-URL",
                                "X-Forwarded-Uri", "X-Envoy-Original-Path"}) {
    const std::string_view original = Header(suspect, name);
    const std::size_t mark = original.find('?');
    if (mark == original.npos) continue;
    Add(std::string(original.substr(mark)),
        {"query_changed",
         "A proxy changes the query; the original is in " + std::string(name) + ".",
         "Let the proxy pass the query on as it is."},
        options);
  }
  const Change mark = {"query_mark", "A lone question mark at the end was added or lost.",
                       "Give the carrier the URL without it."};
  if (own.empty()) {
    Add("?", mark, options);
    return options;
  }
  Add("",
      own == "?" ? mark
                 : Change{"query_added",
                          "The query was added behind the URL that the carrier "
                          "calls.",
                          "Let nothing add parameters; publicUrl has none."},
      options);
  const Change escapes = {"query_escapes", "Escapes of the query were written anew on the way.",
                          "Let the proxy pass the query on as it is, byte for byte."};
  Add(Replaced(own, "+", "%20"), escapes, options);
  Add(Replaced(own, "%20", "+"), escapes, options);
  Add(WithHexCase(own, true), escapes, options);
  Add(WithHexCase(own, false), escapes, options);
  Add(omni::PercentDecode(own), escapes, options);
  Add(Replaced(own, "%25", "%"), escapes, options);
  for (std::string_view character : {":", "/", "'", "!", "*", "(", ")", "~", ",", "@", "[", "]"}) {
    Add(Replaced(own, character, omni::PercentEncode(character)), escapes, options);
    std::string hex = omni::PercentEncode(character);
    if (hex == character) hex = character == "~" ? "%7E" : hex;
    Add(Replaced(own, hex, character), escapes, options);
  }
  const std::vector<std::string> parameters = Parameters(std::string_view(own).substr(1));
  if (parameters.size() > kMaxParameters) return options;
  AddReorderings(parameters, options);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    std::vector<std::string> fewer = parameters;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    const std::string name = parameters[i].substr(0, parameters[i].find('='));
    Add(JoinQuery(fewer),
        {"query_added", "The parameter " + omni::MaskDigits(name) + " was added to the query.",
         "Let nothing add parameters on the way."},
        options);
  }
  return options;
}

}  // namespace

std::vector<Variant> UrlVariants(const Suspect& suspect) {
  std::vector<Variant> variants = {{.text = std::string(suspect.external_url)}};
  const auto url = omni::SplitUrl(suspect.external_url);
  if (!url) return variants;
  const Options schemes = Schemes(*url);
  const Options authorities = Authorities(suspect, *url);
  const Options paths = Paths(suspect, *url);
  const Options queries = Queries(suspect, *url);
  for (const Option& scheme : schemes) {
    for (const Option& authority : authorities) {
      for (const Option& path : paths) {
        for (const Option& query : queries) {
          Variant variant{.text = scheme.text + "://" + authority.text + path.text + query.text};
          for (const Option* option : {&scheme, &authority, &path, &query}) {
            if (option->change) variant.changes.push_back(*option->change);
          }
          variants.push_back(std::move(variant));
        }
      }
    }
  }
  std::stable_sort(variants.begin(), variants.end(), [](const Variant& a, const Variant& b) {
    return a.changes.size() < b.changes.size();
  });
  if (variants.size() > kMaxVariants) variants.resize(kMaxVariants);
  return variants;
}

std::string CompareUrls(const Suspect& suspect, const Variant& variant) {
  return "signed was " + omni::MaskDigits(omni::RedactUrl(variant.text)) + "; omni takes it for " +
         omni::MaskDigits(omni::RedactUrl(suspect.external_url));
}

}  // namespace host

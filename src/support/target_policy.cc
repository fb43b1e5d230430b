#include "omni/support/target_policy.h"

#include <algorithm>
#include <optional>

#include "base/status_macros.h"
#include "omni/error.h"
#include "omni/http.h"
#include "omni/support/url.h"
#include "support/header_text.h"

namespace omni::inline v0_1 {
namespace {

constexpr std::size_t kMaxUrlBytes = 2048;
constexpr std::size_t kMaxHostBytes = 253;  // of a domain name, and of each label: RFC 1035
constexpr std::size_t kMaxLabelBytes = 63;

// Names that mean this machine or its network: RFC 6761, 6762 with its appendix G, 8375, and
// ICANN's `internal`.
constexpr std::string_view kLocalSuffixes[] = {"localhost", "localdomain", "local", "internal",
                                               "intranet",  "private",     "corp",  "home",
                                               "lan",       "home.arpa"};

absl::Status Refused(std::string_view problem) {
  std::string message = "the target URL ";
  message.append(problem);
  return MakeError(absl::StatusCode::kInvalidArgument, message, {.reason = "target_refused"});
}

// What a URL may hold: anything else is read differently by different parsers.
bool IsUrlCharacter(char c) { return c > ' ' && c < 0x7f && c != '\\'; }

bool IsHostCharacter(char c) { return internal::IsAlphanumeric(c) || c == '-' || c == '_'; }

bool IsLabel(std::string_view label) {
  return !label.empty() && label.size() <= kMaxLabelBytes && label.front() != '-' &&
         label.back() != '-' && std::all_of(label.begin(), label.end(), IsHostCharacter);
}

bool IsDomainName(std::string_view host) {
  if (host.empty() || host.size() > kMaxHostBytes) return false;
  while (!host.empty()) {
    const bool is_last = host.find('.') == host.npos;
    if (!IsLabel(internal::TakeUntil(host, "."))) return false;
    if (!is_last && host.empty()) return false;
  }
  return true;
}

std::string_view LastLabel(std::string_view host) { return host.substr(host.rfind('.') + 1); }

// Whether parsers may take the host for an IPv4 address: they do when its last label is a number,
// also a hexadecimal one. (`127.1`, `0x7f000001`, `0177.0.0.1`.)
bool LooksLikeIpv4(std::string_view host) {
  const std::string_view last = LastLabel(host);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return std::all_of(last.begin(), last.end(), is_digit) ||
         (last.size() >= 2 && last[0] == '0' && (last[1] == 'x' || last[1] == 'X'));
}

bool IsLocalName(std::string_view host) {
  if (host.find('.') == host.npos) return true;  // the resolver completes it
  return std::any_of(
      std::begin(kLocalSuffixes), std::end(kLocalSuffixes), [host](std::string_view suffix) {
        if (host.size() <= suffix.size()) return false;
        const std::size_t start = host.size() - suffix.size();
        return host[start - 1] == '.' && EqualsIgnoreCase(host.substr(start), suffix);
      });
}

absl::Status CheckAddress(const std::optional<IpAddress>& address, const TargetPolicy& policy) {
  if (!address) return Refused("has an IP address in an unusual spelling");
  if (!policy.allow_private && !IsPublicAddress(*address)) {
    return Refused("has an address that is not public");
  }
  return absl::OkStatus();
}

absl::Status CheckHost(std::string_view host, const TargetPolicy& policy) {
  if (host.starts_with('[')) {
    return CheckAddress(IpAddress::Parse(host.substr(1, host.size() - 2)), policy);
  }
  if (host.ends_with('.')) host.remove_suffix(1);
  if (!IsDomainName(host)) return Refused("has a host that is no domain name");
  if (LooksLikeIpv4(host)) return CheckAddress(IpAddress::Parse(host), policy);
  if (!policy.allow_private && IsLocalName(host)) {
    return Refused("has a host of the local network");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckTarget(std::string_view url, const TargetPolicy& policy) {
  if (url.size() > kMaxUrlBytes) return Refused("is longer than 2048 bytes");
  if (!std::all_of(url.begin(), url.end(), IsUrlCharacter)) {
    return Refused("has characters that no URL has");
  }
  const std::optional<UrlView> view = SplitUrl(url);
  if (!view) return Refused("is no absolute https URL");
  if (!policy.allow_http && !EqualsIgnoreCase(view->scheme, "https")) {
    return Refused("is not https");
  }
  // Also an empty user-info, which leaves no more than an `@`.
  const std::size_t authority = view->scheme.size() + std::string_view("://").size();
  if (view->host.data() != url.data() + authority) return Refused("has credentials");
  if (!view->fragment.empty()) return Refused("has a fragment");
  return CheckHost(view->host, policy);
}

}  // namespace omni::inline v0_1

#include "omni/support/origin.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>

#include "base/request_memory.h"
#include "base/status_macros.h"
#include "omni/error.h"
#include "support/external_url.h"
#include "support/forwarded.h"
#include "support/header_text.h"
#include "support/host_port.h"

namespace omni::inline v0_1 {
namespace {

constexpr int kAddressBits = 128;
constexpr int kMappedPrefixBits = 96;  // IPv4-mapped addresses are ::ffff:0:0/96
constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool IsIpv4(const IpAddress& address) {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin());
}

// As inet_pton: four numbers without leading zeros. By hand, because every request has a peer: it
// is a quarter of the instructions.
bool ParseIpv4(std::string_view text, std::uint8_t* out) {
  std::size_t at = 0;
  for (int i = 0; i < 4; ++i) {
    if (i > 0 && (at == text.size() || text[at++] != '.')) return false;
    const std::size_t first = at;
    int number = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      number = number * 10 + (text[at] - '0');
      if (number > 255) return false;
    }
    const std::size_t digits = at - first;
    if (digits == 0 || (digits > 1 && text[first] == '0')) return false;
    *out++ = static_cast<std::uint8_t>(number);
  }
  return at == text.size();
}

// `address` with everything after its first `prefix` bits cleared.
IpAddress Masked(IpAddress address, int prefix) {
  for (int i = 0; i < static_cast<int>(address.bytes.size()); ++i) {
    const int kept = std::clamp(prefix - i * 8, 0, 8);
    std::uint8_t& byte = address.bytes[static_cast<std::size_t>(i)];
    byte = static_cast<std::uint8_t>(byte & (0xff00 >> kept));
  }
  return address;
}

absl::Status BlockError(std::string_view block, std::string_view problem) {
  std::string message = "not a CIDR block: \"";
  message.append(block).append("\": ").append(problem);
  return MakeError(absl::StatusCode::kInvalidArgument, message,
                   {.reason = "invalid_cidr", .blame = Blame::kHost});
}

// The prefix length in `text`, counted from the first of 128 bits.
std::optional<int> ParsePrefix(std::string_view text, bool is_ipv4) {
  const int offset = is_ipv4 ? kMappedPrefixBits : 0;
  unsigned prefix = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, prefix);
  const auto limit = static_cast<unsigned>(kAddressBits - offset);
  if (result.ec != std::errc() || result.ptr != end || prefix > limit) return std::nullopt;
  return static_cast<int>(prefix) + offset;
}

// The address of `192.0.2.7`, `192.0.2.7:80`, `2001:db8::7`, `[2001:db8::7]` or
// `[2001:db8::7]:80`. Names, `unknown`, `_hidden` and zones are no addresses.
std::optional<IpAddress> NodeAddress(std::string_view node) {
  const bool has_brackets = node.starts_with('[');
  if (!has_brackets && std::count(node.begin(), node.end(), ':') != 1) {
    return IpAddress::Parse(node);
  }
  const std::optional<internal::HostPort> split = internal::SplitHostPort(node);
  if (!split) return std::nullopt;
  std::string_view host = split->host;
  if (has_brackets) host = host.substr(1, host.size() - 2);
  return IpAddress::Parse(host);
}

// The nearest caller that is no trusted proxy. Left of it, anyone may have written anything.
std::optional<IpAddress> NearestStranger(const std::vector<internal::ForwardedHop>& hops,
                                         const CidrSet& trusted_proxies) {
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    const std::optional<IpAddress> address = NodeAddress(hop->node);
    if (!address || !trusted_proxies.Contains(*address)) return address;
  }
  return std::nullopt;
}

// What the outermost trusted proxy wrote about the request that it received.
internal::ForwardedHop OutermostTrustedHop(const std::vector<internal::ForwardedHop>& hops,
                                           const CidrSet& trusted_proxies) {
  internal::ForwardedHop outermost;
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    outermost = *hop;
    const std::optional<IpAddress> address = NodeAddress(hop->node);
    if (!address || !trusted_proxies.Contains(*address)) break;
  }
  return outermost;
}

// How the carrier reached us: the front of the URL that it requested.
struct Front {
  std::string_view scheme;
  std::string_view host_port;
  std::string_view port;  // for a host_port without one
};

std::string_view KnownScheme(std::string_view text, std::string_view otherwise) {
  for (std::string_view scheme : {std::string_view("https"), std::string_view("http")}) {
    if (EqualsIgnoreCase(text, scheme)) return scheme;
  }
  return otherwise;
}

void ApplyForwarded(const WebhookRequest& request, const CidrSet& trusted_proxies, Front& front) {
  const internal::ForwardedHop hop =
      OutermostTrustedHop(internal::ForwardedHops(request.headers), trusted_proxies);
  const auto choose = [&request](std::string_view forwarded, std::string_view header) {
    return forwarded.empty() ? internal::FirstElement(request.headers, header) : forwarded;
  };
  front.scheme = KnownScheme(choose(hop.proto, "X-Forwarded-Proto"), front.scheme);
  if (const std::string_view host = choose(hop.host, "X-Forwarded-Host"); !host.empty()) {
    front.host_port = host;
  }
  front.port = internal::FirstElement(request.headers, "X-Forwarded-Port");
}

bool IsPlainHost(std::string_view host) {
  if (host.starts_with('[')) return true;
  return std::all_of(host.begin(), host.end(), [](char c) {
    return internal::IsAlphanumeric(c) || c == '-' || c == '.' || c == '_';
  });
}

std::string UrlOf(const Front& front, std::string_view target) {
  const std::optional<internal::HostPort> split = internal::SplitHostPort(front.host_port);
  if (!split || !IsPlainHost(split->host)) return "";
  std::string url;
  url.reserve(front.scheme.size() + front.host_port.size() + target.size() + 10);
  url.append(front.scheme).append("://").append(front.host_port);
  const std::string_view default_port = front.scheme == "https" ? "443" : "80";
  if (split->port.empty() && internal::IsPort(front.port) && front.port != default_port) {
    url.append(":").append(front.port);
  }
  url.append(target);
  return url;
}

bool IsTrustedPeer(const WebhookRequest& request, const CidrSet& trusted_proxies) {
  const std::optional<IpAddress> peer = IpAddress::Parse(request.peer);
  return peer && trusted_proxies.Contains(*peer);
}

}  // namespace

std::optional<IpAddress> IpAddress::Parse(std::string_view text) {
  IpAddress address;
  // Only the one family has colons.
  if (text.find(':') == text.npos) {
    std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin());
    if (!ParseIpv4(text, &address.bytes[kMappedPrefix.size()])) return std::nullopt;
    return address;
  }
  std::array<char, INET6_ADDRSTRLEN> terminated = {};
  if (text.size() >= terminated.size() || text.find('\0') != text.npos) return std::nullopt;
  std::copy(text.begin(), text.end(), terminated.begin());
  if (inet_pton(AF_INET6, terminated.data(), address.bytes.data()) != 1) return std::nullopt;
  return address;
}

std::string IpAddress::ToString() const {
  if (!IsIpv4(*this)) {
    std::array<char, INET6_ADDRSTRLEN> text = {};
    return inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  }
  // By hand, because of each request's client: inet_ntop goes through printf.
  std::array<char, INET_ADDRSTRLEN> text;
  char* end = text.data();
  for (std::size_t i = kMappedPrefix.size(); i < bytes.size(); ++i) {
    if (end != text.data()) *end++ = '.';
    end = std::to_chars(end, text.data() + text.size(), bytes[i]).ptr;
  }
  return {text.data(), end};
}

absl::StatusOr<CidrSet::Block> CidrSet::ParseBlock(std::string_view text) {
  std::string_view rest = text;
  const std::string_view network_text = internal::TakeUntil(rest, "/");
  const std::optional<IpAddress> network = IpAddress::Parse(network_text);
  if (!network) return BlockError(text, "expected an IP address, or one with /bits");
  Block block = {*network, kAddressBits};
  if (network_text.size() == text.size()) return block;

  const bool is_ipv4 = network_text.find(':') == network_text.npos;
  const std::optional<int> prefix = ParsePrefix(rest, is_ipv4);
  if (!prefix) return BlockError(text, is_ipv4 ? "expected /0 to /32" : "expected /0 to /128");
  block.prefix = *prefix;
  // Silently widening `10.0.0.1/8` to a whole network is how strangers become trusted.
  if (Masked(block.network, block.prefix) != block.network) {
    return BlockError(text, "the address has bits beyond the prefix");
  }
  return block;
}

absl::StatusOr<CidrSet> CidrSet::Parse(const std::vector<std::string>& blocks) {
  CidrSet set;
  set.blocks_.reserve(blocks.size());
  for (const std::string& text : blocks) {
    OMNI_ASSIGN_OR_RETURN(const Block block, ParseBlock(text));
    set.blocks_.push_back(block);
  }
  return set;
}

bool CidrSet::Contains(const IpAddress& address) const {
  return std::any_of(blocks_.begin(), blocks_.end(), [&address](const Block& block) {
    // `::/0` means every IPv6 address, not IPv4 too because of how it is held.
    const bool same_family = IsIpv4(address) == IsIpv4(block.network);
    return same_family && Masked(address, block.prefix) == block.network;
  });
}

std::optional<IpAddress> ClientAddress(const WebhookRequest& request,
                                       const CidrSet& trusted_proxies) {
  const std::optional<IpAddress> peer = IpAddress::Parse(request.peer);
  if (!peer || !trusted_proxies.Contains(*peer)) return peer;
  const auto forwarded = internal::ForwardedHops(request.headers);
  const auto x_forwarded_for = internal::XForwardedForHops(request.headers);
  if (x_forwarded_for.empty()) return NearestStranger(forwarded, trusted_proxies);
  const std::optional<IpAddress> client = NearestStranger(x_forwarded_for, trusted_proxies);
  // A proxy that writes the one header passes the other on as the caller sent it.
  if (!forwarded.empty() && client != NearestStranger(forwarded, trusted_proxies)) {
    return std::nullopt;
  }
  return client;
}

std::string_view internal::ExternalUrlIn(std::pmr::memory_resource& memory,
                                         const WebhookRequest& request, std::string_view public_url,
                                         const CidrSet& trusted_proxies) {
  if (!request.external_url.empty()) return request.external_url;
  // Anything else would run into the host: "https://h" and ".example/" are a URL of another host.
  if (!request.target.empty() && request.target.front() != '/') return {};
  if (!public_url.empty()) {
    while (public_url.ends_with('/')) public_url.remove_suffix(1);
    return CopyTo(memory, public_url, request.target);
  }
  const std::vector<std::string_view> hosts = request.headers.FindAll("Host");
  Front front = {request.tls ? "https" : "http", hosts.size() == 1 ? hosts.front() : "", ""};
  if (IsTrustedPeer(request, trusted_proxies)) ApplyForwarded(request, trusted_proxies, front);
  return CopyTo(memory, UrlOf(front, request.target));
}

std::string ExternalUrl(const WebhookRequest& request, std::string_view public_url,
                        const CidrSet& trusted_proxies) {
  internal::RequestMemory memory;
  return std::string(internal::ExternalUrlIn(memory, request, public_url, trusted_proxies));
}

}  // namespace omni::inline v0_1

/// \file
/// Who is really calling, and which URL they called: CIDR blocks and trusted proxies.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/export.h"
#include "omni/http.h"

namespace omni::inline v0_1 {

/// An IP address; IPv4 is held as its IPv4-mapped IPv6 form, so both spellings are one address.
struct OMNI_EXPORT IpAddress {
  std::array<std::uint8_t, 16> bytes = {};

  /// Nothing when `text` is not an IP address. Brackets and a zone are not part of one.
  [[nodiscard]] static std::optional<IpAddress> Parse(std::string_view text);
  [[nodiscard]] std::string ToString() const;
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

/// A set of CIDR blocks.
///
/// Thread safety: immutable.
class OMNI_EXPORT CidrSet {
 public:
  CidrSet() = default;
  /// `192.0.2.0/24`, `2001:db8::/32`, or a single address. Errors: InvalidArgument, quoting the
  /// block that is wrong; `192.0.2.7/24` is, for its bits beyond the prefix.
  [[nodiscard]] static absl::StatusOr<CidrSet> Parse(const std::vector<std::string>& blocks);

  [[nodiscard]] bool Contains(const IpAddress& address) const;
  [[nodiscard]] bool empty() const { return blocks_.empty(); }

 private:
  struct Block {
    IpAddress network;
    int prefix = 0;
  };
  static absl::StatusOr<Block> ParseBlock(std::string_view text);
  std::vector<Block> blocks_;
};

/// The address of the client: the peer, or, when the peer is a trusted proxy, the nearest hop that
/// is none, in `Forwarded` or `X-Forwarded-For` read from the right. Nothing when that cannot be
/// told, so that an allow-list refuses: the peer or the hop is no address, there are only proxies,
/// or both headers are there and disagree (a proxy that writes one passes a forged other on).
[[nodiscard]] OMNI_EXPORT std::optional<IpAddress> ClientAddress(const WebhookRequest& request,
                                                                 const CidrSet& trusted_proxies);

/// The URL that the carrier requested. `request.external_url` wins; then `public_url` (scheme, host
/// and an optional path prefix) followed by the target; then scheme and host rebuilt from the
/// request, where `Forwarded` and `X-Forwarded-Proto`/`-Host`/`-Port` count only from a trusted
/// proxy. Empty when there is no usable host.
[[nodiscard]] OMNI_EXPORT std::string ExternalUrl(const WebhookRequest& request,
                                                  std::string_view public_url,
                                                  const CidrSet& trusted_proxies);

}  // namespace omni::inline v0_1

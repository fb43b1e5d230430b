#include <algorithm>
#include <array>
#include <cstdint>

#include "omni/support/target_policy.h"

namespace omni::inline v0_1 {
namespace {

// The first `bits` bits of an address.
template <class Word>
struct Block {
  Word network = 0;
  int bits = 0;

  [[nodiscard]] constexpr bool Contains(Word address) const {
    return (address ^ network) >> (static_cast<int>(sizeof(Word)) * 8 - bits) == 0;
  }
};

// IANA's IPv4 special-purpose registry, and multicast.
constexpr Block<std::uint32_t> kSpecialIpv4[] = {
    {0x00000000, 8},   // 0.0.0.0/8 this network
    {0x0a000000, 8},   // 10.0.0.0/8 private
    {0x64400000, 10},  // 100.64.0.0/10 shared by carriers' NATs
    {0x7f000000, 8},   // 127.0.0.0/8 loopback
    {0xa9fe0000, 16},  // 169.254.0.0/16 link-local; clouds' metadata servers
    {0xac100000, 12},  // 172.16.0.0/12 private
    {0xc0000000, 24},  // 192.0.0.0/24 protocol assignments
    {0xc0000200, 24},  // 192.0.2.0/24 documentation
    {0xc0586300, 24},  // 192.88.99.0/24 former 6to4 relays
    {0xc0a80000, 16},  // 192.168.0.0/16 private
    {0xc6120000, 15},  // 198.18.0.0/15 benchmarks
    {0xc6336400, 24},  // 198.51.100.0/24 documentation
    {0xcb007100, 24},  // 203.0.113.0/24 documentation
    {0xe0000000, 4},   // 224.0.0.0/4 multicast
    {0xf0000000, 4},   // 240.0.0.0/4 reserved, and broadcast
};

// All that is assigned for the public internet; what else there is (::1, fc00::/7, fe80::/10,
// fec0::/10, ff00::/8, ...) lies outside.
constexpr Block<std::uint64_t> kGlobalUnicast = {0x2000'0000'0000'0000, 3};

// What is not public within it. Only the upper halves of addresses are looked at.
constexpr Block<std::uint64_t> kSpecialIpv6[] = {
    {0x2001'0000'0000'0000, 23},  // 2001::/23 protocol assignments, Teredo among them
    {0x2001'0db8'0000'0000, 32},  // 2001:db8::/32 documentation
    {0x2002'0000'0000'0000, 16},  // 2002::/16 6to4, which can lead to any IPv4 address
    {0x3fff'0000'0000'0000, 20},  // 3fff::/20 documentation
};

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::array<std::uint8_t, 12> kNat64 = {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

bool StartsWith(const IpAddress& address, const std::array<std::uint8_t, 12>& prefix) {
  return std::equal(prefix.begin(), prefix.end(), address.bytes.begin());
}

// The bytes from `first` on, in network order.
template <class Word>
Word WordAt(const IpAddress& address, std::size_t first) {
  Word word = 0;
  for (std::size_t i = 0; i < sizeof(Word); ++i) {
    word = static_cast<Word>(word << 8 | address.bytes[first + i]);
  }
  return word;
}

template <class Word, std::size_t N>
bool IsIn(const Block<Word> (&blocks)[N], Word address) {
  return std::any_of(std::begin(blocks), std::end(blocks),
                     [address](const Block<Word>& block) { return block.Contains(address); });
}

}  // namespace

bool IsPublicAddress(const IpAddress& address) {
  if (StartsWith(address, kMapped) || StartsWith(address, kNat64)) {
    return !IsIn(kSpecialIpv4, WordAt<std::uint32_t>(address, kMapped.size()));
  }
  const auto upper = WordAt<std::uint64_t>(address, 0);
  return kGlobalUnicast.Contains(upper) && !IsIn(kSpecialIpv6, upper);
}

}  // namespace omni::inline v0_1

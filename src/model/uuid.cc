#include "omni/uuid.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/time/time.h"
#include "base/digit_pairs.h"

namespace omni::inline v0_1 {

std::string MakeUuidV7(absl::Time time, const std::array<std::uint8_t, 10>& entropy) {
  constexpr std::int64_t kMaxMillis = (std::int64_t{1} << 48) - 1;
  const auto millis =
      static_cast<std::uint64_t>(std::clamp(absl::ToUnixMillis(time), std::int64_t{0}, kMaxMillis));

  std::array<std::uint8_t, 16> bytes = {};
  for (std::size_t i = 0; i < 6; ++i) {
    bytes[i] = static_cast<std::uint8_t>(millis >> (8 * (5 - i)));
  }
  std::copy(entropy.begin(), entropy.end(), bytes.begin() + 6);
  bytes[6] = (bytes[6] & 0x0F) | 0x70;  // version 7
  bytes[8] = (bytes[8] & 0x3F) | 0x80;  // variant of RFC 9562

  std::string uuid(36, '-');
  char* at = uuid.data();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) ++at;
    std::memcpy(at, internal::kHexPairs[bytes[i]].data(), 2);
    at += 2;
  }
  return uuid;
}

}  // namespace omni::inline v0_1

#include "omni/uuid.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/time/time.h"
#include "base/digit_pairs.h"
#include "model/uuid_text.h"

namespace omni::inline v0_1 {

internal::UuidText internal::MakeUuidV7Text(absl::Time time,
                                            const std::array<std::uint8_t, 10>& entropy) {
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

  constexpr std::array<std::uint8_t, 16> kPlaces = {0,  2,  4,  6,  9,  11, 14, 16,
                                                    19, 21, 24, 26, 28, 30, 32, 34};
  UuidText text;
  text.fill('-');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::memcpy(text.data() + kPlaces[i], kHexPairs[bytes[i]].data(), 2);
  }
  return text;
}

std::string MakeUuidV7(absl::Time time, const std::array<std::uint8_t, 10>& entropy) {
  const internal::UuidText text = internal::MakeUuidV7Text(time, entropy);
  return {text.data(), text.size()};
}

}  // namespace omni::inline v0_1

#include "components/memory/sip_hash.h"

#include <gtest/gtest.h>

#include <string>

namespace omni::inline v0_1 {
namespace internal {
namespace {

// The vectors of SipHash's reference: the key is 00 01 .. 0f, the text 00 01 .. and so long.
constexpr SipKey kKey = {.low = 0x0706050403020100, .high = 0x0f0e0d0c0b0a0908};

Fingerprint OfLength(std::size_t length) {
  std::string text;
  for (std::size_t i = 0; i < length; ++i) text += static_cast<char>(i);
  return SipHash<2, 4>::Of(text, kKey);
}

TEST(SipHashTest, AgreesWithTheReference) {
  EXPECT_EQ(OfLength(0), (Fingerprint{.high = 0x930255c71472f66d, .low = 0xe6a825ba047f81a3}));
  EXPECT_EQ(OfLength(1), (Fingerprint{.high = 0x45fc229b11597634, .low = 0x44af996bd8c187da}));
  EXPECT_EQ(OfLength(2), (Fingerprint{.high = 0xe4ff0af6de8ba3fc, .low = 0xc75da4a48d227781}));
  EXPECT_EQ(OfLength(7), (Fingerprint{.high = 0x3982f01fa64ab8c0, .low = 0x53c1dbd8beebf1a1}));
  EXPECT_EQ(OfLength(8), (Fingerprint{.high = 0xb49714f364e2830f, .low = 0x61f55862baa9623b}));
  EXPECT_EQ(OfLength(9), (Fingerprint{.high = 0xed716dbb028b7fc4, .low = 0xabbad90a06994426}));
  EXPECT_EQ(OfLength(15), (Fingerprint{.high = 0xd9c3cf970fec087e, .low = 0x11a8b03399e99354}));
  EXPECT_EQ(OfLength(16), (Fingerprint{.high = 0x77052385bf1533fd, .low = 0xbb54b067caa4e26e}));
  EXPECT_EQ(OfLength(63), (Fingerprint{.high = 0x7cbd3f979a063e50, .low = 0x4a83502f77d15051}));
}

TEST(SipHashTest, DependsOnTheKeyAndOnEveryByte) {
  const std::string text = "whatsapp:default:message:wamid.HBgLMTU1NTk4NzY1NDM";
  const Fingerprint hash = SipHash<1, 3>::Of(text, kKey);
  EXPECT_NE(hash, (SipHash<1, 3>::Of(text, SipKey{.low = 1, .high = kKey.high})));
  EXPECT_NE(hash, (SipHash<1, 3>::Of(text, SipKey{.low = kKey.low, .high = 1})));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] ^= 1;
    EXPECT_NE(hash, (SipHash<1, 3>::Of(changed, kKey))) << i;
  }
  EXPECT_NE((SipHash<1, 3>::Of("", kKey)), (SipHash<1, 3>::Of(std::string(1, '\0'), kKey)));
}

}  // namespace
}  // namespace internal
}  // namespace omni::inline v0_1

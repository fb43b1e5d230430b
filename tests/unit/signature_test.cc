#include "omni/support/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/hmac.h>

#include <string>
#include <vector>

#include "omni/key_ring.h"
#include "omni/support/encoding.h"
#include "unit/random_bytes.h"

namespace omni {
namespace {

using ::testing::Eq;

std::string Bytes(int byte, std::size_t size) { return std::string(size, static_cast<char>(byte)); }

template <class Key>
std::string HexSign(std::string_view secret, std::string_view message) {
  return HexEncode(AsView(Key(secret).Sign(message)));
}

TEST(SignatureTest, HashesWithSha256) {
  EXPECT_EQ(HexEncode(AsView(Sha256(""))),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(HexEncode(AsView(Sha256("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

struct HmacVector {
  std::string secret;
  std::string message;
  std::string_view code;
};

std::vector<HmacVector> Rfc2202() {
  return {
      {Bytes(0x0b, 20), "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"},
      {"Jefe", "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
      {Bytes(0xaa, 20), Bytes(0xdd, 50), "125d7342b9ac11cd91a39af48aa17b4f63f175d3"},
      {Bytes(0xaa, 80), "Test Using Larger Than Block-Size Key - Hash Key First",
       "aa4ae5e15272d00e95705637ce8a3b55ed402112"},
      {Bytes(0xaa, 80), "Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data",
       "e8e99d0f45237d786d6bbaa7965c7808bbff1a91"},
  };
}

std::vector<HmacVector> Rfc4231() {
  return {
      {Bytes(0x0b, 20), "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {Bytes(0xaa, 20), Bytes(0xdd, 50),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {Bytes(0xaa, 131), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {Bytes(0xaa, 131),
       "This is a test using a larger than block-size key and a larger than block-size data. The "
       "key needs to be hashed before being used by the HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
  };
}

TEST(SignatureTest, SignsAsRfc2202Says) {
  for (const HmacVector& vector : Rfc2202()) {
    EXPECT_EQ(HexSign<HmacSha1Key>(vector.secret, vector.message), vector.code);
  }
}

TEST(SignatureTest, SignsAsRfc4231Says) {
  for (const HmacVector& vector : Rfc4231()) {
    EXPECT_EQ(HexSign<HmacSha256Key>(vector.secret, vector.message), vector.code);
  }
}

std::string OneShot(const EVP_MD* digest, const std::string& secret, const std::string& message) {
  std::string code(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  HMAC(digest, secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(),
       reinterpret_cast<unsigned char*>(code.data()), &size);
  code.resize(size);
  return code;
}

TEST(SignatureTest, AgreesWithOpenSslForEveryLengthOfKeyAndMessage) {
  testing::RandomBytes random;
  for (std::size_t size = 0; size <= 200; ++size) {
    const std::string secret = random.Next(size);
    const std::string message = random.NextUpTo(300);
    ASSERT_EQ(AsView(HmacSha1Key(secret).Sign(message)), OneShot(EVP_sha1(), secret, message));
    ASSERT_EQ(AsView(HmacSha256Key(secret).Sign(message)), OneShot(EVP_sha256(), secret, message));
  }
}

TEST(SignatureTest, SignsTheConcatenationOfParts) {
  const HmacSha1Key sha1("token");
  const HmacSha256Key sha256("token");
  EXPECT_EQ(sha1.Sign({"https://h/x", "", "Body", "hi"}), sha1.Sign("https://h/xBodyhi"));
  EXPECT_EQ(sha256.Sign({"v0:", std::string_view(), "body"}), sha256.Sign("v0:body"));
  EXPECT_EQ(sha256.Sign({}), sha256.Sign(""));
}

TEST(SignatureTest, AKeySignsAnyNumberOfTimes) {
  const HmacSha256Key key("token");
  const Sha256Digest first = key.Sign("a");
  EXPECT_NE(key.Sign("b"), first);
  EXPECT_EQ(key.Sign("a"), first);
}

TEST(SignatureTest, IsPreparedByAKey) {
  const Key key("authToken[0]", Secret("Jefe"));
  EXPECT_THAT(HexEncode(AsView(key.Prepared<HmacSha1Key>().Sign("what do ya want for nothing?"))),
              Eq("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"));
  EXPECT_EQ(&key.Prepared<HmacSha1Key>(), &key.Prepared<HmacSha1Key>());
}

}  // namespace
}  // namespace omni

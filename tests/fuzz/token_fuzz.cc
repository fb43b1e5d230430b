/// \file
/// Credentials and tokens: JSON Web Tokens, Basic and bearer, base64 and hexadecimal.

#include "fuzz/fuzz_target.h"
#include "omni/support/basic_auth.h"
#include "omni/support/encoding.h"
#include "omni/support/jwt.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace omni;
  static const auto& keys = *new KeyRing(KeyRing::Of("signingKey", {"canary-7Qm2rT9vLx4"}));
  const std::string_view input = fuzz::AsText(data, size);
  static_cast<void>(VerifyJwt(
      {.token = input, .keys = keys, .rules = {}, .now = absl::FromUnixSeconds(1705314605)}));
  static_cast<void>(ParseBasic(input));
  static_cast<void>(ParseBearer(input));
  fuzz::Require(Base64Decode(Base64Encode(input)) == input, "base64 comes back");
  fuzz::Require(Base64UrlDecode(Base64UrlEncode(input)) == input, "base64url comes back");
  fuzz::Require(HexDecode(HexEncode(input)) == input, "hexadecimal comes back");
  if (const auto bytes = Base64Decode(input)) {
    fuzz::Require(Base64Encode(*bytes) == input, "base64 has one spelling");
  }
  static_cast<void>(Base64UrlDecode(input));
  static_cast<void>(HexDecode(input));
  return 0;
}

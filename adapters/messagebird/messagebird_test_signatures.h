/// \file
/// Requests that are signed at test time, as the carrier signs them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "messagebird_test_util.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace messagebird {

inline constexpr char kSms[] =
    R"({"id":"1","recipient":"15551234567","originator":"15559876543","body":"canary"})";

/// The HMAC of a text in base64, by which all of the carrier's older schemes sign.
inline std::string Sign(std::string_view text, std::string_view key = kKey) {
  return Base64Encode(AsView(HmacSha256Key(key).Sign(text)));
}

inline std::string HexHash(std::string_view text) { return HexEncode(AsView(Sha256(text))); }

/// A token with those claims.
inline std::string MakeToken(std::string_view claims,
                             std::string_view header = R"({"alg":"HS256","typ":"JWT"})",
                             std::string_view key = kKey) {
  const std::string text = Base64UrlEncode(header) + "." + Base64UrlEncode(claims);
  return text + "." + Base64UrlEncode(AsView(HmacSha256Key(key).Sign(text)));
}

/// The claims that the carrier would make for a request.
inline std::string MakeClaims(const Presented& presented, std::string_view id = "id-1") {
  const std::int64_t now = absl::ToUnixSeconds(presented.now);
  std::string claims = R"({"iss":"MessageBird","nbf":)" + std::to_string(now - 2) + R"(,"exp":)" +
                       std::to_string(now + 58) + R"(,"jti":")" + std::string(id) +
                       R"(","url_hash":")" + HexHash(presented.url) + "\"";
  if (!presented.body.empty()) claims += R"(,"payload_hash":")" + HexHash(presented.body) + "\"";
  return claims + "}";
}

/// Signs as the carrier does now.
inline Presented WithToken(Presented presented, std::string_view id = "id-1") {
  presented.headers.Set("MessageBird-Signature-JWT", MakeToken(MakeClaims(presented, id)));
  return presented;
}

/// Signs as the carrier did before, with `middle` between the timestamp and the body.
inline Presented WithTimestamp(Presented presented, std::string_view middle,
                               std::int64_t age_seconds = 3) {
  const std::string timestamp = std::to_string(absl::ToUnixSeconds(presented.now) - age_seconds);
  const Sha256Digest hash = Sha256(presented.body);
  const std::string text =
      timestamp + "\n" + std::string(middle) + "\n" + std::string(AsView(hash));
  presented.headers.Set("MessageBird-Request-Timestamp", timestamp);
  presented.headers.Set("MessageBird-Signature", Sign(text));
  return presented;
}

/// Signs as clients of one's own do.
inline Presented WithBodySignature(Presented presented) {
  const Sha256Digest mac = HmacSha256Key(kKey).Sign(presented.body);
  presented.headers.Set("MessageBird-Signature", "sha256=" + HexEncode(AsView(mac)));
  return presented;
}

inline constexpr std::string_view kStandardSecret =
    "whsec_Zngtc3RhbmRhcmQtd2ViaG9vay1zZWNyZXQtMzJieXQ=";

/// A webhook that is signed as Bird's newest API signs, behind other entries of the same header.
inline Presented WithStandardSignature(std::string_view entries_before = "",
                                       std::int64_t age_seconds = 1) {
  Presented presented = {.body = R"({"type":"x","data":{}})",
                         .keys = {std::string(kStandardSecret)}};
  const std::string timestamp = std::to_string(absl::ToUnixSeconds(kNow) - age_seconds);
  const std::string key = *Base64Decode(kStandardSecret.substr(6));
  presented.headers.Add("webhook-id", "msg_1");
  presented.headers.Add("webhook-timestamp", timestamp);
  presented.headers.Add(
      "webhook-signature",
      std::string(entries_before) + "v1," + Sign("msg_1." + timestamp + "." + presented.body, key));
  return presented;
}

}  // namespace messagebird
}  // namespace omni::inline v0_1

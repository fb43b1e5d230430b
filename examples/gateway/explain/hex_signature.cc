#include "explain/hex_signature.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "explain/body_variants.h"
#include "explain/key_variants.h"
#include "explain/mac_search.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace host {
namespace {

constexpr std::size_t kDigits = 64;
constexpr std::size_t kSha1Digits = 40;
constexpr std::size_t kMinDigits = 16;  // of a signature that was cut

/// A signature as it was presented, and as it should have been.
struct Presented {
  std::string digits = {};  ///< lower case; fewer than 64 where it was cut
  std::vector<Change> changes = {};
};

bool IsHex(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string_view WithoutQuotes(std::string_view text) {
  constexpr std::string_view kAround = " \t\"'";
  const std::size_t begin = text.find_first_not_of(kAround);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kAround) + 1 - begin);
}

// Whatever digits can be found in a header's value.
std::optional<Presented> Read(std::string_view value, const HexSignature& signature) {
  Presented presented;
  const std::string expected(signature.prefix);
  std::string_view text = value;
  if (WithoutQuotes(text) != text) {
    text = WithoutQuotes(text);
    presented.changes.push_back({"signature_quotes",
                                 "The signature stands in quotes or white space.",
                                 "Pass the header on as it comes."});
  }
  const std::size_t equals = text.find('=');
  const bool has_prefix = equals != text.npos && equals + 1 < text.size() && equals < 10;
  if (text.starts_with(expected)) {
    text.remove_prefix(expected.size());
  } else {
    presented.changes.push_back(
        {"signature_prefix",
         "The signature has to begin with " + expected +
             (has_prefix ? ", and begins with something else." : ", which is missing."),
         "Pass the header on as it comes; a client of your own has to write the prefix."});
    if (has_prefix) text.remove_prefix(equals + 1);
  }
  if (IsHex(text)) {
    presented.digits = Lower(text);
    if (text.size() < kDigits) {
      presented.changes.push_back({"signature_truncated", "The signature was cut short.",
                                   "Look for what limits the length of header values on the way."});
    }
    if (text.size() > kDigits || text.size() < kMinDigits) return std::nullopt;
    return presented;
  }
  auto decoded = omni::Base64Decode(text);
  if (!decoded) decoded = omni::Base64UrlDecode(text);
  if (!decoded || decoded->size() != kDigits / 2) return std::nullopt;
  presented.digits = omni::HexEncode(*decoded);
  presented.changes.push_back({"signature_base64",
                               "The signature is in base64, not in hexadecimal.",
                               "Write it in hexadecimal."});
  return presented;
}

bool Holds(const Presented& presented, std::string_view secret, std::string_view text) {
  const std::string digits = omni::HexEncode(omni::AsView(omni::HmacSha256Key(secret).Sign(text)));
  return std::string_view(digits).starts_with(presented.digits);
}

// Whether a right signature stands in another header.
bool FindInOtherHeader(const Suspect& suspect, const HexSignature& signature, Findings& findings) {
  for (const auto& [name, value] : suspect.request.headers) {
    if (omni::EqualsIgnoreCase(name, signature.header)) continue;
    const auto presented = Read(value, signature);
    if (!presented || presented->digits.size() < kDigits) continue;
    for (const CandidateKey& key : OwnKeys(suspect, signature.purpose)) {
      if (!Holds(*presented, key.secret.Reveal(), suspect.request.body)) continue;
      findings.causes.push_back(
          {.cause = "signature_header_renamed",
           .what = "The signature arrives in another header than " + std::string(signature.header) +
                   ".",
           .evidence = std::string(name) + " holds the right one, of " + key.name,
           .fix = "Pass the header on under its own name; some proxies rename or drop what they do "
                  "not know."});
      return true;
    }
  }
  return false;
}

// SHA-1 in place of SHA-256.
bool FindSha1(const Suspect& suspect, const HexSignature& signature, std::string_view digits,
              std::string_view header, Findings& findings) {
  if (digits.size() != kSha1Digits || !IsHex(digits)) return false;
  for (const CandidateKey& key : OwnKeys(suspect, signature.purpose)) {
    const omni::Sha1Digest mac = omni::HmacSha1Key(key.secret.Reveal()).Sign(suspect.request.body);
    if (omni::HexEncode(omni::AsView(mac)) != Lower(digits)) continue;
    findings.causes.push_back(
        {.cause = "sha1_signature",
         .what = "Only a signature with SHA-1 arrives, which is never accepted.",
         .evidence = std::string(header) + " holds the right one, of " + key.name,
         .fix = "Pass " + std::string(signature.header) +
                " on as well: the carrier sends it beside the older one."});
    return true;
  }
  return false;
}

std::string_view AfterEquals(std::string_view value) { return value.substr(value.find('=') + 1); }

void DiagnoseMissing(const Suspect& suspect, const HexSignature& signature, Findings& findings) {
  if (FindInOtherHeader(suspect, signature, findings)) return;
  for (const auto& [name, value] : suspect.request.headers) {
    if (FindSha1(suspect, signature, AfterEquals(value), name, findings)) return;
  }
  findings.causes.push_back(
      {.cause = "signature_missing",
       .what = "There is no " + std::string(signature.header) + ".",
       .evidence = "none of the " + std::to_string(suspect.request.headers.size()) +
                   " headers holds a signature of this body",
       .fix =
           "Either the request does not come from the carrier, or something on the way drops the "
           "header: look at what the proxy passes on."});
}

}  // namespace

void DiagnoseHexSignature(const Suspect& suspect, const HexSignature& signature,
                          Findings& findings) {
  const auto values = suspect.request.headers.FindAll(signature.header);
  if (values.empty()) return DiagnoseMissing(suspect, signature, findings);
  const auto presented = Read(values.front(), signature);
  if (!presented) {
    if (FindSha1(suspect, signature, AfterEquals(values.front()), signature.header, findings))
      return;
    if (FindInOtherHeader(suspect, signature, findings)) return;
    findings.causes.push_back({.cause = "signature_malformed",
                               .what = std::string(signature.header) + " is no signature.",
                               .evidence = "its value of " + std::to_string(values.front().size()) +
                                           " characters is not " + std::string(signature.prefix) +
                                           " and 64 hexadecimal digits",
                               .fix = "Pass the header on as the carrier sends it."});
    return;
  }
  const std::vector<Variant> bodies = BodyVariants(suspect.request.body);
  const bool found =
      FindMac(suspect,
              {.purpose = signature.purpose,
               .what = "body",
               .texts = bodies,
               .holds = [&](std::string_view secret,
                            std::string_view text) { return Holds(*presented, secret, text); }},
              findings);
  // What was wrong with the header is a cause only where the signature holds otherwise, or where it
  // is all that is known.
  AddChanges(presented->changes, std::string(signature.header) + (found ? " holds otherwise" : ""),
             findings);
  if (!found) InspectBody(suspect, findings);
}

}  // namespace host

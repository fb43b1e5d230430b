// Bandwidth: credentials after a challenge, a signature over the body, or an address.

#include <optional>
#include <string>

#include "explain/credential.h"
#include "explain/diagnosis.h"
#include "explain/hex_signature.h"
#include "explain/key_variants.h"
#include "omni/secret.h"
#include "omni/support/basic_auth.h"
#include "omni/support/encoding.h"
#include "omni/support/url.h"

namespace host {
namespace {

constexpr std::string_view kSignatureHeaders[] = {"X-Bandwidth-Signature-Hmac-Sha256",
                                                  "X-Bandwidth-Signature"};

void Add(Findings& findings, const char* cause, std::string what, std::string evidence,
         std::string fix) {
  findings.causes.push_back({cause, std::move(what), std::move(evidence), std::move(fix)});
}

void DiagnoseAddress(const Suspect& suspect, Findings& findings) {
  const bool forwarded = suspect.request.headers.Find("X-Forwarded-For").has_value() ||
                         suspect.request.headers.Find("Forwarded").has_value();
  Add(findings, "origin_not_allowed", "The client's address is not on allowFrom.",
      (suspect.client.empty() ? std::string("the capture tells no address; --peer gives one")
                              : "it came from " + std::string(suspect.client)) +
          (forwarded ? "; forwarded addresses count only from trustedProxies" : ""),
      "Add the carrier's block to allowFrom, or the proxy to trustedProxies.");
}

void DiagnoseMissing(const Suspect& suspect, Findings& findings) {
  const auto agent = suspect.request.headers.Find("User-Agent").value_or("");
  const bool genuine = agent.starts_with("BandwidthAPI");
  Add(findings, "challenge", "The request brings no credentials, as the carrier's first one does.",
      genuine ? "it is the carrier's own user agent" : "there is no Authorization",
      "Nothing, if a second request follows: the carrier repeats it with credentials once it was "
      "answered 401 with WWW-Authenticate. If none follows, set callback credentials at the "
      "application, and let the proxy pass Authorization on.");
}

// Who the passwords are for: the user, and the name of the secret.
struct Pair {
  std::string user;
  std::string purpose;
};

std::vector<Pair> Pairs(const Suspect& suspect) {
  const omni::JsonValue options = suspect.channel.options.root();
  const std::string user(options["username"].text());
  std::string outbound(options["outboundUsername"].text());
  if (outbound.empty()) outbound = user;
  std::vector<Pair> pairs;
  if (!user.empty()) pairs.push_back({user, "password"});
  if (!suspect.channel.AllKeys("outboundPassword").empty()) {
    pairs.push_back({outbound, "outboundPassword"});
  }
  return pairs;
}

void DiagnoseBasic(const Suspect& suspect, const omni::BasicCredentials& presented,
                   Findings& findings) {
  const std::string_view password = presented.password.Reveal();
  bool user_known = false;
  for (const Pair& pair : Pairs(suspect)) {
    const bool own_password = IsOwnSecret(suspect, pair.purpose, password);
    if (own_password && presented.username != pair.user) {
      return Add(findings, "wrong_user", "The password is right, and the user is not.",
                 "the password is the channel's " + pair.purpose,
                 "Set the channel's username to the user of the callback credentials; letter case "
                 "counts.");
    }
    user_known = user_known || presented.username == pair.user;
    if (IsOwnSecret(suspect, pair.purpose, presented.username) && password == pair.user) {
      return Add(findings, "credentials_swapped", "User and password stand in each other's place.",
                 "the user is the channel's " + pair.purpose, "Enter them the other way round.");
    }
    if (omni::PercentDecode(presented.username) == pair.user &&
        IsOwnSecret(suspect, pair.purpose, omni::PercentDecode(password))) {
      return Add(findings, "credential_escaped", "User and password were sent percent-encoded.",
                 "decoded they are the channel's", "Enter them at the carrier as they are.");
    }
  }
  if (user_known) {
    findings.ruled_out.emplace_back("a wrong user: it is the channel's");
    return DiagnoseCredential(suspect, "password", password, "the password", findings);
  }
  DiagnoseCredential(suspect, "password", password, "the password", findings);
  Add(findings, "wrong_user", "The user is none of the channel's either.",
      "it has " + std::to_string(presented.username.size()) + " bytes",
      "Set username and password to the application's callback credentials.");
}

void DiagnoseCredentials(const Suspect& suspect, std::string_view authorization,
                         Findings& findings) {
  if (const auto presented = omni::ParseBasic(authorization)) {
    return DiagnoseBasic(suspect, *presented, findings);
  }
  const bool basic = omni::EqualsIgnoreCase(authorization.substr(0, 6), "Basic ");
  const auto decoded = basic ? omni::Base64Decode(authorization.substr(6)) : std::nullopt;
  if (decoded && decoded->find_first_of("\r\n") != decoded->npos) {
    return Add(findings, "credential_whitespace", "User or password was sent with a line break.",
               "it stands in what follows Basic",
               "Enter them at the carrier once more, without a line break.");
  }
  Add(findings, basic ? "credentials_malformed" : "wrong_scheme",
      basic ? "What follows Basic is no base64 of user and password."
            : "Authorization is not of the kind Basic.",
      "it has " + std::to_string(authorization.size()) + " characters",
      basic ? "Let nothing shorten or rewrite Authorization on the way."
            : "Bandwidth uses HTTP Basic; Voxbone's Digest is not supported, use allowFrom.");
}

}  // namespace

Findings DiagnoseBandwidth(const Suspect& suspect) {
  Findings findings;
  const CarrierChannel& channel = suspect.channel;
  const bool has_password =
      !channel.AllKeys("password").empty() || !channel.AllKeys("outboundPassword").empty();
  const bool has_key = !channel.AllKeys("signatureKey").empty();
  const auto authorization = suspect.request.headers.Find("Authorization");
  for (const std::string_view header : kSignatureHeaders) {
    if (!has_key || !suspect.request.headers.Find(header)) continue;
    DiagnoseHexSignature(suspect, {.header = header, .prefix = "", .purpose = "signatureKey"},
                         findings);
  }
  if (has_password && authorization) DiagnoseCredentials(suspect, *authorization, findings);
  if (!findings.empty()) return findings;
  if (has_password) {
    DiagnoseMissing(suspect, findings);
  } else if (has_key) {
    DiagnoseHexSignature(suspect,
                         {.header = kSignatureHeaders[1], .prefix = "", .purpose = "signatureKey"},
                         findings);
  }
  if (!channel.allow_from.empty()) DiagnoseAddress(suspect, findings);
  return findings;
}

}  // namespace host

// Inteliquent: a static token, or one that is made from a key and a nonce.

#include <algorithm>
#include <string>

#include "explain/credential.h"
#include "explain/diagnosis.h"
#include "explain/key_variants.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace host {
namespace {

constexpr std::string_view kTokenHeader = "verificationToken";
constexpr std::string_view kIdHeader = "messageID";

void Add(Findings& findings, const char* cause, std::string what, std::string evidence,
         std::string fix) {
  findings.causes.push_back({cause, std::move(what), std::move(evidence), std::move(fix)});
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// One way to make the token.
struct Construction {
  std::string_view name;
  std::string (*make)(std::string_view key, std::string_view id);
};
constexpr Construction kConstructions[] = {
    {"sha256Concat",
     [](std::string_view key, std::string_view id) {
       return omni::HexEncode(omni::AsView(omni::Sha256(std::string(key).append(id))));
     }},
    {"hmacSha256",
     [](std::string_view key, std::string_view id) {
       return omni::HexEncode(omni::AsView(omni::HmacSha256Key(key).Sign(id)));
     }},
};

bool FindToken(const Suspect& suspect, const std::vector<CandidateKey>& keys, std::string_view id,
               const std::string& token, Findings& findings) {
  const std::string_view scheme = suspect.channel.options.root()["verificationScheme"].text();
  for (const CandidateKey& key : keys) {
    for (const Construction& construction : kConstructions) {
      if (construction.make(key.secret.Reveal(), id) != token) continue;
      const std::string evidence =
          "it holds under " + key.name + " by " + std::string(construction.name);
      AddChanges(key.changes, evidence, findings);
      const bool expected = scheme == "either" || scheme == construction.name ||
                            (scheme.empty() && construction.name == "sha256Concat");
      if (!expected) {
        Add(findings, "verification_scheme", "The token is made in the other of the two ways.",
            evidence,
            "Set verificationScheme to " + std::string(construction.name) +
                ", or to either while "
                "the carrier changes.");
      }
      return true;
    }
  }
  return false;
}

void DiagnoseToken(const Suspect& suspect, std::string_view token, Findings& findings) {
  const std::string_view id = suspect.request.headers.Find(kIdHeader).value_or("");
  const bool plain =
      id.size() >= 8 && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               c == '-';
      });
  if (!plain) {
    return Add(findings, "nonce_missing", "messageID is missing, or is no id.",
               "it has " + std::to_string(id.size()) + " characters",
               "Pass the header messageID on: the token is made from it.");
  }
  const std::string presented = Lower(token);
  if (FindToken(suspect, OwnKeys(suspect, "apiKey"), id, presented, findings)) return;
  if (FindToken(suspect, AlteredKeys(suspect, "apiKey"), id, presented, findings)) return;
  if (FindToken(suspect, ForeignKeys(suspect, "apiKey"), id, presented, findings)) return;
  Add(findings, "key_wrong", "verificationToken was made with another API key.",
      "no secret of the configuration makes it from this messageID",
      "Configure the API key that configureAuthorization was given as apiKey.");
  findings.ruled_out.emplace_back(
      "both ways to make the token, under every secret of the configuration");
}

std::string_view Credential(std::string_view authorization) {
  const std::size_t space = authorization.find(' ');
  const bool bearer = omni::EqualsIgnoreCase(authorization.substr(0, space), "bearer");
  return bearer && space != authorization.npos ? authorization.substr(space + 1) : authorization;
}

}  // namespace

Findings DiagnoseInteliquent(const Suspect& suspect) {
  Findings findings;
  const auto authorization = suspect.request.headers.Find("Authorization");
  const auto token = suspect.request.headers.Find(kTokenHeader);
  const bool wants_token = !suspect.channel.AllKeys("token").empty();
  const bool wants_proof = !suspect.channel.AllKeys("apiKey").empty();
  if (wants_token && authorization && !authorization->empty()) {
    if (omni::EqualsIgnoreCase(authorization->substr(0, 6), "Basic ")) {
      Add(findings, "wrong_scheme",
          "Authorization is of the kind Basic, and a bearer token is due.", "its scheme is Basic",
          "Configure Authorization as headerName and Bearer with the token as headerValue at the "
          "carrier.");
    } else {
      DiagnoseCredential(suspect, "token", Credential(*authorization), "Authorization", findings);
    }
  }
  if (wants_proof && token) DiagnoseToken(suspect, *token, findings);
  if (!findings.empty()) return findings;
  Add(findings, "credential_missing",
      "The request brings no proof of a kind that the channel takes.",
      std::string(wants_token ? "Authorization is missing" : "") +
          (wants_token && wants_proof ? ", and " : "") +
          (wants_proof ? "verificationToken is missing" : ""),
      token && !wants_proof
          ? "It has a verificationToken: configure the carrier's API key as apiKey."
          : "Set the header at the carrier with configureAuthorization, for the company or for "
            "each "
            "number, and let the proxy pass it on.");
  return findings;
}

}  // namespace host

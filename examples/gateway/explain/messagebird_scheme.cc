// MessageBird: which of its four signatures it is, and what is wrong with it.

#include <string>

#include "explain/body_variants.h"
#include "explain/diagnosis.h"
#include "explain/hex_signature.h"
#include "explain/key_variants.h"
#include "explain/messagebird_hmac.h"
#include "explain/messagebird_token.h"

namespace host {
namespace {

void Add(Findings& findings, const char* cause, std::string what, std::string evidence,
         std::string fix) {
  findings.causes.push_back({cause, std::move(what), std::move(evidence), std::move(fix)});
}

void DiagnoseMissing(const Suspect& suspect, Findings& findings) {
  if (suspect.channel.AllKeys("signingKey").empty()) {
    return Add(findings, "origin_not_allowed",
               "The channel has no signingKey, and the address is not on allowFrom.",
               suspect.client.empty()
                   ? std::string("the capture tells no address; --peer gives one")
                   : "it came from " + std::string(suspect.client),
               "Configure the account's signing key.");
  }
  Add(findings, "signature_missing", "There is no signature.",
      "none of MessageBird-Signature-JWT, webhook-signature and MessageBird-Signature is there",
      "Flow Builder signs where the account has a signing key; a Bird subscription where it was "
      "made "
      "with one. Let the proxy pass these headers on.");
}

}  // namespace

Findings DiagnoseMessageBird(const Suspect& suspect) {
  Findings findings;
  const omni::HttpHeaders& headers = suspect.request.headers;
  const auto signature = headers.Find("MessageBird-Signature");
  if (suspect.channel.AllKeys("signingKey").empty()) {
    DiagnoseMissing(suspect, findings);
    return findings;
  }
  if (headers.Find("MessageBird-Signature-JWT")) {
    DiagnoseToken(suspect, findings);
  } else if (headers.Find("webhook-signature")) {
    DiagnoseStandardWebhook(suspect, findings);
  } else if (signature && signature->starts_with("sha256=")) {
    if (suspect.channel.options.root()["acceptBodySignature"].AsBool() == false) {
      Add(findings, "body_signature_forbidden",
          "Signatures over the body alone are not accepted here.", "acceptBodySignature is false",
          "Sign with a token, or allow them.");
    } else {
      DiagnoseHexSignature(
          suspect,
          {.header = "MessageBird-Signature", .prefix = "sha256=", .purpose = "signingKey"},
          findings);
    }
  } else if (signature) {
    DiagnoseTimestamped(suspect, findings);
  } else {
    DiagnoseMissing(suspect, findings);
  }
  return findings;
}

}  // namespace host

// WhatsApp: a signature over the body, the handshake's token, and an administrator's.

#include <string>

#include "explain/credential.h"
#include "explain/diagnosis.h"
#include "explain/hex_signature.h"
#include "omni/support/basic_auth.h"
#include "omni/support/form.h"

namespace host {
namespace {

constexpr HexSignature kSignature = {
    .header = "X-Hub-Signature-256", .prefix = "sha256=", .purpose = "appSecret"};

void DiagnoseHandshake(const Suspect& suspect, Findings& findings) {
  const auto query = omni::Form::Parse(omni::TargetQuery(suspect.request.target));
  if (!query.ok()) return;
  const auto add = [&](const char* cause, std::string what, std::string evidence, std::string fix) {
    findings.causes.push_back({cause, std::move(what), std::move(evidence), std::move(fix)});
  };
  if (query->Has("hub_mode") || query->Has("hub_verify_token")) {
    return add("parameter_names_rewritten", "The dots in the names of the parameters were lost.",
               "hub_mode is there, hub.mode is not",
               "Pass the query on as it is: PHP and some frameworks turn dots into underscores.");
  }
  if (suspect.channel.AllKeys("verifyToken").empty()) {
    return add("key_missing", "The channel has no verifyToken, so every handshake is refused.",
               "channel " + suspect.channel.id,
               "Configure verifyToken, and enter the same at Meta.");
  }
  if (query->Get("hub.mode") != "subscribe") {
    return add("handshake_mode", "This is no handshake: hub.mode is not subscribe.",
               query->Has("hub.mode") ? "hub.mode is something else" : "hub.mode is missing",
               "Only Meta calls this URL by GET. A monitor should ask for /health.");
  }
  const std::string_view token = query->Get("hub.verify_token");
  if (token.empty()) {
    return add("credential_missing", "hub.verify_token is missing or empty.", "the query has none",
               "Enter the channel's verifyToken at Meta, beside the callback URL.");
  }
  DiagnoseCredential(suspect, "verifyToken", token, "hub.verify_token", findings);
}

void DiagnoseAdministrator(const Suspect& suspect, Findings& findings) {
  const auto authorization = suspect.request.headers.Find("Authorization");
  const auto token = authorization ? omni::ParseBearer(*authorization) : std::nullopt;
  if (token) return DiagnoseCredential(suspect, "adminToken", *token, "Authorization", findings);
  findings.causes.push_back({.cause = "credential_missing",
                             .what = "The mapping endpoint wants a bearer token.",
                             .evidence = authorization ? "Authorization is not of the kind Bearer"
                                                       : "there is no Authorization",
                             .fix = "Send Authorization: Bearer and the channel's adminToken."});
}

}  // namespace

Findings DiagnoseWhatsApp(const Suspect& suspect) {
  Findings findings;
  if (suspect.endpoint == "mapping") {
    DiagnoseAdministrator(suspect, findings);
  } else if (suspect.request.method == omni::HttpMethod::kGet) {
    DiagnoseHandshake(suspect, findings);
  } else {
    DiagnoseHexSignature(suspect, kSignature, findings);
  }
  return findings;
}

}  // namespace host

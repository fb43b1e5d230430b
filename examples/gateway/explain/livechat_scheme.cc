// LiveChat: a secret in the body, an identifier in the path, and a bearer token for desks.

#include <algorithm>
#include <string>
#include <vector>

#include "explain/credential.h"
#include "explain/diagnosis.h"
#include "explain/key_variants.h"
#include "omni/json.h"
#include "omni/support/basic_auth.h"
#include "omni/support/encoding.h"
#include "omni/support/form.h"
#include "omni/support/url.h"

namespace host {
namespace {

constexpr std::string_view kSecret = "webhookSecret";

void Add(Findings& findings, const char* cause, std::string what, std::string evidence,
         std::string fix) {
  findings.causes.push_back({cause, std::move(what), std::move(evidence), std::move(fix)});
}

std::string_view LastSegment(std::string_view target) {
  const std::string_view path = omni::TargetPath(target);
  return path.substr(path.rfind('/') + 1);
}

std::optional<std::string> Decoded(std::string_view text) {
  if (auto url = omni::Base64UrlDecode(text)) return url;
  return omni::Base64Decode(text);
}

bool IsIdentifier(std::string_view text) { return std::count(text.begin(), text.end(), ':') == 2; }

// Whether the identifier in the path is none, and why.
bool DiagnoseIdentifier(const Suspect& suspect, Findings& findings) {
  const std::string segment = omni::PercentDecode(LastSegment(suspect.request.target));
  const auto decoded = Decoded(segment);
  if (decoded && IsIdentifier(*decoded)) return false;
  const std::string length = "the segment has " + std::to_string(segment.size()) + " characters";
  constexpr char kRight[] = "The segment is base64url of orgId:userId:livechatId, without padding.";
  if (IsIdentifier(segment)) {
    Add(findings, "identifier_not_encoded", "The identifier in the path is not encoded.",
        "it holds two colons as it stands", kRight);
  } else if (const auto twice = Decoded(omni::PercentDecode(segment));
             twice && IsIdentifier(*twice)) {
    Add(findings, "identifier_escaped_twice", "The identifier was percent-encoded twice.",
        "decoded once more it is one",
        "Encode it once; without padding there is nothing to encode.");
  } else if (decoded && Decoded(*decoded)) {
    Add(findings, "identifier_encoded_twice", "The identifier was encoded twice.",
        "decoded once more it is one", kRight);
  } else if (decoded) {
    Add(findings, "identifier_parts", "The identifier does not have three parts.",
        "it has " + std::to_string(std::count(decoded->begin(), decoded->end(), ':') + 1), kRight);
  } else {
    Add(findings, "identifier_malformed", "The identifier in the path is no base64.", length,
        kRight);
  }
  return true;
}

void DiagnoseDesk(const Suspect& suspect, Findings& findings) {
  const auto authorization = suspect.request.headers.Find("Authorization");
  const auto token = authorization ? omni::ParseBearer(*authorization) : std::nullopt;
  // Where there is no token, the webhook's secret does.
  const std::string_view purpose =
      suspect.channel.AllKeys("apiToken").empty() ? kSecret : "apiToken";
  if (suspect.channel.AllKeys(purpose).empty()) {
    return Add(findings, "key_missing", "The channel has no secret, so nobody may ask.",
               "channel " + suspect.channel.id, "Configure apiToken, and give it to the desk.");
  }
  if (token) return DiagnoseCredential(suspect, purpose, *token, "Authorization", findings);
  Add(findings, "credential_missing", "This call wants a bearer token.",
      authorization ? "Authorization is not of the kind Bearer" : "there is no Authorization",
      "Send Authorization: Bearer and the channel's apiToken. Only where there is none does the "
      "webhook's secret open it.");
}

// The secret is somewhere else than in the body.
bool IsElsewhere(const Suspect& suspect, Findings& findings) {
  for (const auto& [name, value] : suspect.request.headers) {
    if (!IsOwnSecret(suspect, kSecret, value)) continue;
    Add(findings, "secret_in_header", "The secret arrives in a header, not in the body.",
        std::string(name) + " holds the channel's webhookSecret",
        "LiveChat sends it in the body as secret_key; something took it out of there.");
    return true;
  }
  const auto query = omni::Form::Parse(omni::TargetQuery(suspect.request.target));
  if (!query.ok()) return false;
  for (const omni::Form::Field& field : query->fields()) {
    if (!IsOwnSecret(suspect, kSecret, field.value)) continue;
    Add(findings, "secret_in_query", "The secret arrives in the URL, not in the body.",
        "a parameter of the query holds the channel's webhookSecret",
        "Register the webhook with secret_key; a URL is logged wherever it passes.");
    return true;
  }
  return false;
}

bool Lists(omni::JsonValue list, std::string_view text) {
  for (const omni::JsonValue each : list.elements()) {
    if (each.text() == text) return true;
  }
  return false;
}

// The secret is right, and something else of the webhook is not.
void DiagnoseScope(const Suspect& suspect, omni::JsonValue body, Findings& findings) {
  const omni::JsonValue ids = suspect.channel.options.root()["webhookIds"];
  if (ids.size() > 0 && !Lists(ids, body["webhook_id"].scalar())) {
    return Add(
        findings, "webhook_unknown", "The webhook is not one of those that the channel lists.",
        "its webhook_id is not in webhookIds", "Add it to webhookIds, or take that list away.");
  }
  const omni::JsonValue organization = body["organization_id"];
  const std::string name(organization.exists() ? organization.scalar()
                                               : body["license_id"].scalar());
  if (name.empty()) {
    return Add(findings, "organization_missing", "The webhook names no organization.",
               "there is neither organization_id nor license_id",
               "Let nothing take fields out of the body.");
  }
  const std::vector<std::string>& accounts = suspect.channel.accounts;
  const bool served =
      accounts.empty() || std::find(accounts.begin(), accounts.end(), name) != accounts.end();
  Add(findings, served ? "organization_mismatch" : "organization_not_served",
      served ? "The webhook's organization is another than the identifier's in the path."
             : "The webhook is of an organization that the channel does not list.",
      "the secret is right",
      served ? "Register the webhook with the URL of its own organization."
             : "Add it to organizationId, or let it call its own channel's path.");
}

}  // namespace

Findings DiagnoseLiveChat(const Suspect& suspect) {
  Findings findings;
  if (DiagnoseIdentifier(suspect, findings)) return findings;
  const auto query = omni::Form::Parse(omni::TargetQuery(suspect.request.target));
  const std::string_view action = query.ok() ? query->Get("action") : std::string_view();
  const bool is_chat = suspect.endpoint == "chat";
  if (is_chat && (action == "fetch_messages" || action == "upload_media")) {
    DiagnoseDesk(suspect, findings);
    return findings;
  }
  const auto document = omni::JsonDocument::Parse(suspect.request.body);
  if (!document.ok() || !document->root().is_object()) {
    Add(findings, "body_not_json", "The body is no JSON object, so there is no secret to be found.",
        std::to_string(suspect.request.body.size()) + " bytes", "Pass the body on as it comes.");
    return findings;
  }
  const omni::JsonValue root = document->root();
  const std::string_view secret = root["secret_key"].text();
  const auto authorization = suspect.request.headers.Find("Authorization");
  const auto bearer = authorization ? omni::ParseBearer(*authorization) : std::nullopt;
  if (!secret.empty() && IsOwnSecret(suspect, kSecret, secret)) {
    DiagnoseScope(suspect, root, findings);
  } else if (!secret.empty()) {
    DiagnoseCredential(suspect, kSecret, secret, "secret_key", findings);
  } else if (bearer) {
    DiagnoseCredential(suspect, suspect.channel.AllKeys("apiToken").empty() ? kSecret : "apiToken",
                       *bearer, "Authorization", findings);
  } else if (!IsElsewhere(suspect, findings)) {
    Add(findings, "secret_missing", "The webhook does not hold its secret.",
        root["secret_key"].exists() ? "secret_key is empty" : "the body has no secret_key",
        "Register the webhook with a secret_key, and let nothing take it out of the body. Calls of "
        "your own bring Authorization: Bearer.");
  }
  return findings;
}

}  // namespace host

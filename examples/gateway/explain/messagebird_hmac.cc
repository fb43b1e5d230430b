#include "explain/messagebird_hmac.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "explain/body_variants.h"
#include "explain/key_variants.h"
#include "explain/mac_search.h"
#include "explain/messagebird_token.h"
#include "explain/url_variants.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "omni/support/time_parse.h"

namespace host {
namespace {

constexpr std::string_view kPurpose = "signingKey";
constexpr std::string_view kStandardPrefix = "whsec_";
constexpr std::size_t kBase64Digest = 44;
constexpr absl::Duration kMaxAge = absl::Minutes(5);

void Add(Findings& findings, const char* cause, std::string what, std::string evidence,
         std::string fix) {
  findings.causes.push_back({cause, std::move(what), std::move(evidence), std::move(fix)});
}

// True when there is no usable timestamp; says so.
bool LacksTimestamp(const Suspect& suspect, std::string_view header, Findings& findings) {
  const auto value = suspect.request.headers.Find(header);
  if (value && omni::ParseUnixTime(*value)) return false;
  Add(findings, "timestamp_missing", std::string(header) + " is missing, or is no time.",
      value ? "it is not a number of seconds" : "there is no such header",
      "It is signed with the rest: let the proxy pass it on.");
  return true;
}

// The signature holds, so it is the age that it was refused for.
void DiagnoseAge(const Suspect& suspect, std::string_view header, Findings& findings) {
  const auto time = omni::ParseUnixTime(*suspect.request.headers.Find(header));
  const absl::Duration age = suspect.now - *time;
  if (absl::AbsDuration(age) <= kMaxAge) return;
  Add(findings, "clock",
      age > absl::ZeroDuration()
          ? "The timestamp is too old: the clock is ahead, or this is an old "
            "request."
          : "The timestamp lies ahead: the clock is behind.",
      "it is off by " + InWords(age) + ", and maxAge is 5 min unless it is set",
      "Set the clock of this machine by NTP. Bird repeats for hours under the first timestamp: "
      "keep "
      "redeliveryAge wide. For a capture, explain it at the time when it came, with --at.");
}

/// The text `timestamp LF middle LF hash of the body`. Thread safety: confined.
class Timestamped {
 public:
  Timestamped(const Suspect& suspect, std::string signature)
      : suspect_(suspect),
        timestamp_(*suspect.request.headers.Find("MessageBird-Request-Timestamp")),
        signature_(std::move(signature)) {}

  bool Find(Findings& findings) const;

 private:
  [[nodiscard]] bool Holds(std::string_view secret, std::string_view middle,
                           std::string_view body_hash) const {
    const omni::Sha256Digest mac =
        omni::HmacSha256Key(secret).Sign({timestamp_, "\n", middle, "\n", body_hash});
    return omni::ConstantTimeEquals(omni::Base64Encode(omni::AsView(mac)), signature_);
  }
  [[nodiscard]] bool FindBody(Findings& findings) const;

  const Suspect& suspect_;
  const std::string_view timestamp_;
  const std::string signature_;
};

bool Timestamped::Find(Findings& findings) const {
  if (FindBody(findings)) return true;
  const omni::Sha256Digest hash = omni::Sha256(suspect_.request.body);
  // The older scheme covers the query alone, that of Channels the whole URL.
  std::vector<Variant> texts = UrlVariants(suspect_);
  const std::string query(omni::TargetQuery(suspect_.request.target));
  texts.insert(texts.begin(), {.text = query});
  texts.push_back({.text = "",
                   .changes = {{"query_added",
                                "The query was added behind the URL that the carrier "
                                "calls.",
                                "Let nothing add parameters on the way."}}});
  return FindMac(
      suspect_,
      {.purpose = kPurpose,
       .what = "URL",
       .texts = texts,
       .holds = [&](std::string_view secret,
                    std::string_view text) { return Holds(secret, text, omni::AsView(hash)); },
       .describe =
           [&](const Variant& url) {
             return url.changes.empty() ? std::string() : CompareUrls(suspect_, url);
           }},
      findings);
}

bool Timestamped::FindBody(Findings& findings) const {
  const std::string_view query = omni::TargetQuery(suspect_.request.target);
  for (const Variant& body : BodyVariants(suspect_.request.body)) {
    const omni::Sha256Digest hash = omni::Sha256(body.text);
    for (const CandidateKey& key : OwnKeys(suspect_, kPurpose)) {
      if (!Holds(key.secret.Reveal(), query, omni::AsView(hash)) &&
          !Holds(key.secret.Reveal(), suspect_.external_url, omni::AsView(hash))) {
        continue;
      }
      AddChanges(body.changes, "it holds under " + key.name, findings);
      return true;
    }
  }
  return false;
}

}  // namespace

void DiagnoseTimestamped(const Suspect& suspect, Findings& findings) {
  constexpr std::string_view kTimestamp = "MessageBird-Request-Timestamp";
  if (LacksTimestamp(suspect, kTimestamp, findings)) return;
  std::string signature(*suspect.request.headers.Find("MessageBird-Signature"));
  std::optional<Change> form;
  if (signature.size() == 64) {
    if (const auto bytes = omni::HexDecode(signature)) {
      signature = omni::Base64Encode(*bytes);
      form = Change{"signature_hex", "The signature is in hexadecimal, not in base64.",
                    "Write it in base64."};
    }
  } else if (signature.size() != kBase64Digest) {
    return Add(findings, "signature_malformed", "MessageBird-Signature is no signature.",
               "it has " + std::to_string(signature.size()) + " characters, and always has 44",
               "Pass the header on as it comes.");
  }
  const bool found = Timestamped(suspect, signature).Find(findings);
  if (form) AddChanges({*form}, found ? "it holds otherwise" : "", findings);
  if (found) return DiagnoseAge(suspect, kTimestamp, findings);
  InspectBody(suspect, findings);
}

void DiagnoseStandardWebhook(const Suspect& suspect, Findings& findings) {
  constexpr std::string_view kTimestamp = "webhook-timestamp";
  if (LacksTimestamp(suspect, kTimestamp, findings)) return;
  const omni::HttpHeaders& headers = suspect.request.headers;
  const std::string id(headers.Find("webhook-id").value_or(""));
  if (id.empty()) {
    return Add(findings, "webhook_id_missing", "webhook-id is missing.", "there is no such header",
               "It is signed with the rest: let the proxy pass it on.");
  }
  bool has_standard_key = false;
  for (const auto& key : suspect.channel.AllKeys(kPurpose)) {
    has_standard_key = has_standard_key || key->secret().Reveal().starts_with(kStandardPrefix);
  }
  const std::string entries(*headers.Find("webhook-signature"));
  const std::string timestamp(*headers.Find(kTimestamp));
  const auto holds = [&](std::string_view secret, std::string_view body) {
    // The secret behind its prefix, or one that was configured without it.
    std::optional<std::string> key;
    if (secret.starts_with(kStandardPrefix)) {
      key = omni::Base64Decode(secret.substr(kStandardPrefix.size()));
    } else if (!has_standard_key) {
      key = omni::Base64Decode(secret);
    }
    if (!key) return false;
    const omni::Sha256Digest mac = omni::HmacSha256Key(*key).Sign({id, ".", timestamp, ".", body});
    return entries.find("v1," + omni::Base64Encode(omni::AsView(mac))) != entries.npos;
  };
  const std::vector<Variant> bodies = BodyVariants(suspect.request.body);
  if (FindMac(suspect, {.purpose = kPurpose, .what = "body", .texts = bodies, .holds = holds},
              findings)) {
    if (!has_standard_key) {
      Add(findings, "key_prefix", "The configured key lacks its beginning, whsec_.",
          "the signature holds with the rest of it", "Configure the key with whsec_ before it.");
    }
    return DiagnoseAge(suspect, kTimestamp, findings);
  }
  if (!has_standard_key) {
    Add(findings, "key_missing", "The channel has no key of Bird's newest API.",
        "none of its signingKeys begins with whsec_",
        "Add the secret of the webhook to signingKey, with whsec_ before it.");
  }
  if (entries.find("v1,") == entries.npos) {
    Add(findings, "signature_prefix", "webhook-signature has no entry of version 1.",
        "it does not hold v1,", "Pass the header on as it comes.");
  }
  InspectBody(suspect, findings);
}

}  // namespace host

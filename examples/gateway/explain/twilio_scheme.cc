// Twilio: a signature over the URL and the sorted parameters.

#include <string>
#include <vector>

#include "explain/body_variants.h"
#include "explain/diagnosis.h"
#include "explain/form_variants.h"
#include "explain/key_variants.h"
#include "explain/mac_search.h"
#include "explain/url_variants.h"
#include "omni/support/encoding.h"
#include "omni/support/form.h"
#include "omni/support/signature.h"

namespace host {
namespace {

constexpr std::string_view kHeader = "X-Twilio-Signature";
constexpr std::string_view kPurpose = "authToken";
constexpr std::string_view kBodyHash = "bodySHA256";
constexpr std::size_t kSignatureSize = 28;

bool IsForm(const omni::WebhookRequest& request) {
  return request.method != omni::HttpMethod::kGet &&
         omni::MediaType(request.headers.Find("Content-Type").value_or("")) ==
             "application/x-www-form-urlencoded";
}

/// Where the signature stands and what it covers. Thread safety: confined.
class TwilioCase {
 public:
  TwilioCase(const Suspect& suspect, std::string_view signature, Findings& findings)
      : suspect_(suspect), signature_(signature), findings_(findings) {}

  void Run();

 private:
  [[nodiscard]] bool Holds(std::string_view secret, std::string_view url,
                           std::string_view parameters) const {
    const omni::Sha1Digest mac = omni::HmacSha1Key(secret).Sign({url, parameters});
    return omni::ConstantTimeEquals(omni::Base64Encode(omni::AsView(mac)), signature_);
  }
  bool SearchUrls(const std::string& parameters);
  bool SearchForms(const std::vector<Variant>& forms);
  bool SearchBoth(const std::vector<Variant>& forms);
  bool CheckBodyHash();
  void LookAround();

  const Suspect& suspect_;
  const std::string_view signature_;
  Findings& findings_;
};

void TwilioCase::Run() {
  if (suspect_.external_url.find(kBodyHash) != suspect_.external_url.npos) {
    if (CheckBodyHash()) return;
    if (!SearchUrls("")) LookAround();
    return;
  }
  const std::vector<Variant> forms =
      IsForm(suspect_.request) ? SortedFormVariants(suspect_) : std::vector<Variant>{Variant{}};
  if (SearchForms(forms) || SearchUrls(forms.front().text) || SearchBoth(forms)) return;
  LookAround();
}

// The parameters differ, the URL and the key are right.
bool TwilioCase::SearchForms(const std::vector<Variant>& forms) {
  for (const CandidateKey& key : OwnKeys(suspect_, kPurpose)) {
    for (const Variant& form : forms) {
      if (!Holds(key.secret.Reveal(), suspect_.external_url, form.text)) continue;
      AddChanges(form.changes, "it holds under " + key.name + " for the URL as it is", findings_);
      return true;
    }
  }
  return false;
}

bool TwilioCase::SearchUrls(const std::string& parameters) {
  const std::vector<Variant> urls = UrlVariants(suspect_);
  return FindMac(suspect_,
                 {.purpose = kPurpose,
                  .what = "URL",
                  .texts = urls,
                  .holds = [&](std::string_view secret,
                               std::string_view url) { return Holds(secret, url, parameters); },
                  .describe =
                      [&](const Variant& url) {
                        return url.changes.empty() ? "for the URL as it is"
                                                   : CompareUrls(suspect_, url);
                      }},
                 findings_);
}

// Another URL and other parameters.
bool TwilioCase::SearchBoth(const std::vector<Variant>& forms) {
  const std::vector<Variant> urls = UrlVariants(suspect_);
  for (const CandidateKey& key : OwnKeys(suspect_, kPurpose)) {
    for (const Variant& url : urls) {
      if (url.changes.size() != 1) break;
      for (const Variant& form : forms) {
        if (!Holds(key.secret.Reveal(), url.text, form.text)) continue;
        const std::string evidence =
            "it holds under " + key.name + "; " + CompareUrls(suspect_, url);
        AddChanges(url.changes, evidence, findings_);
        AddChanges(form.changes, evidence, findings_);
        return true;
      }
    }
  }
  findings_.ruled_out.emplace_back(
      "parameters that were added, trimmed, left out or decoded twice");
  return false;
}

// The signature holds, and the body is not the one whose hash it covers.
bool TwilioCase::CheckBodyHash() {
  const auto query = omni::Form::Parse(omni::TargetQuery(suspect_.external_url));
  if (!query.ok()) return false;
  const std::string hash(query->Get(kBodyHash));
  bool signature_holds = false;
  for (const CandidateKey& key : OwnKeys(suspect_, kPurpose)) {
    signature_holds = signature_holds || Holds(key.secret.Reveal(), suspect_.external_url, "");
  }
  if (!signature_holds) return false;
  for (const Variant& body : BodyVariants(suspect_.request.body)) {
    if (omni::HexEncode(omni::AsView(omni::Sha256(body.text))) != hash || body.changes.empty())
      continue;
    AddChanges(body.changes, "the URL's signature holds; bodySHA256 is that of the body before",
               findings_);
    return true;
  }
  findings_.causes.push_back(
      {.cause = "body_changed",
       .what = "The signature holds, and the body is not the one that it covers.",
       .evidence = "bodySHA256 in the URL is of another body than these " +
                   std::to_string(suspect_.request.body.size()) + " bytes",
       .fix = "Verify over the bytes as they arrive."});
  InspectBody(suspect_, findings_);
  return true;
}

// What there is to say when nothing fits.
void TwilioCase::LookAround() {
  const omni::WebhookRequest& request = suspect_.request;
  if (signature_.size() != kSignatureSize) {
    findings_.causes.push_back(
        {.cause = "signature_malformed",
         .what = "X-Twilio-Signature is no signature: it was cut or changed.",
         .evidence =
             "it has " + std::to_string(signature_.size()) + " characters, and always has 28",
         .fix = "Pass the header on as it comes."});
  }
  if (!request.body.empty() && !IsForm(request) && request.method != omni::HttpMethod::kGet) {
    findings_.causes.push_back(
        {.cause = "body_not_covered",
         .what = "The body is no form, and its hash is not in the URL.",
         .evidence = "Content-Type is " +
                     omni::MediaType(request.headers.Find("Content-Type").value_or("missing")),
         .fix = "Let nothing turn the form into JSON, and pass Content-Type on."});
  }
  InspectBody(suspect_, findings_);
}

}  // namespace

Findings DiagnoseTwilio(const Suspect& suspect) {
  Findings findings;
  const auto signature = suspect.request.headers.Find(kHeader);
  if (!signature || signature->empty()) {
    findings.causes.push_back(
        {.cause = "signature_missing",
         .what = "There is no X-Twilio-Signature.",
         .evidence =
             "the request has " + std::to_string(suspect.request.headers.size()) + " headers",
         .fix = "Either the request does not come from Twilio, or a proxy drops the header."});
    return findings;
  }
  TwilioCase(suspect, *signature, findings).Run();
  return findings;
}

}  // namespace host

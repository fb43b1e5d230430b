#include "twilio_signature.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "omni/error.h"
#include "omni/support/encoding.h"
#include "omni/support/form.h"
#include "omni/support/phone.h"
#include "omni/support/signature.h"
#include "omni/support/url.h"
#include "twilio_parameters.h"
#include "twilio_url.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

constexpr std::string_view kHeader = "X-Twilio-Signature";
constexpr std::string_view kKeyRing = "authToken";
constexpr std::string_view kBodyHashParameter = "bodySHA256";
constexpr std::size_t kMaxExplainedNames = 50;
constexpr std::size_t kMaxExplainedName = 64;

// What a request's signature covers beside the URL.
enum class Scheme { kUrlOnly, kForm, kBodyHash };

// What is compared with the signature.
struct SignedText {
  std::string_view url;
  std::string_view parameters;  // in canonical form
};

void Explain(Explanation* explanation, std::string_view step, bool passed,
             std::string_view detail) {
  if (explanation != nullptr) explanation->Add(step, passed, std::string(detail));
}

absl::StatusOr<Scheme> FindScheme(const WebhookRequest& request, std::string_view url,
                                  Explanation* explanation) {
  if (HasBodyHash(url)) return Scheme::kBodyHash;
  const bool is_get = request.method == HttpMethod::kGet;
  if (!is_get && IsForm(request.headers.Find("Content-Type").value_or(""))) return Scheme::kForm;
  if (request.body.empty()) return Scheme::kUrlOnly;
  Explain(explanation, "body", false, "neither a form nor hashed in the URL");
  return InvalidSignatureError("the signature does not cover the body", "body_not_covered");
}

// Names are Twilio's own, but a forged request may put anything into them.
std::string DescribeNames(const Parameters& parameters) {
  std::string names;
  std::size_t count = 0;
  std::string_view last;
  for (const Form::Field& field : parameters.fields()) {
    if (field.name == last) continue;
    last = field.name;
    if (++count > kMaxExplainedNames) return names.append(" ...");
    const bool plain = std::all_of(last.begin(), last.end(), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
             c == '_' || c == '.';
    });
    if (!names.empty()) names.push_back(' ');
    names.append(plain && last.size() <= kMaxExplainedName ? MaskDigits(last) : "[odd name]");
  }
  return names;
}

// The parameters of a form, as they were signed. Lifetime: that of `parameters` and `room`.
absl::StatusOr<std::string_view> CanonicalParameters(std::string_view body, Parameters& parameters,
                                                     TextRoom& room, Explanation* explanation) {
  if (absl::Status status = parameters.Read(body); !status.ok()) {
    Explain(explanation, "canonical form", false, "the form is beyond its limits");
    return status;
  }
  const std::string_view canonical = parameters.CanonicalForm(room);
  if (explanation != nullptr) {
    explanation->Add("canonical form", true,
                     std::to_string(parameters.fields().size()) + " parameters, " +
                         std::to_string(canonical.size()) + " bytes: " + DescribeNames(parameters));
  }
  return canonical;
}

// The first key that made `signature` for this very URL, or null.
const Key* FindKey(const KeyRing& ring, const UrlPieces& url, std::string_view parameters,
                   std::string_view signature) {
  for (const std::shared_ptr<const Key>& key : ring.keys()) {
    const Sha1Digest mac = key->Prepared<HmacSha1Key>().Sign({url.front, url.back, parameters});
    if (ConstantTimeEquals(AsView(Base64Encode(mac)), signature)) return key.get();
  }
  return nullptr;
}

// As FindKey, over every spelling of the URL.
const Key* FindKeyForAnySpelling(const KeyRing& ring, const SignedText& text,
                                 std::string_view signature, const Options& options,
                                 Explanation* explanation) {
  UrlSpeller speller(text.url);
  std::vector<std::string> tried;
  // Nearly always the first one it is, and then it need not be put together.
  if (explanation == nullptr) {
    const UrlPieces url = WithoutPort(text.url);
    if (const Key* const key = FindKey(ring, url, text.parameters, signature)) return key;
    tried.push_back(std::string(url.front).append(url.back));
  }
  for (UrlSpelling spelling : kUrlSpellings) {
    if (IsReencoded(spelling) && !options.legacy_query_encoding) break;
    std::optional<std::string> url = speller.Spell(spelling);
    if (!url.has_value() || std::find(tried.begin(), tried.end(), *url) != tried.end()) continue;
    const Key* const key = FindKey(ring, {.front = *url}, text.parameters, signature);
    if (explanation != nullptr) {
      explanation->Add("url variant", key != nullptr,
                       std::string(Describe(spelling)) + ": " + MaskDigits(RedactUrl(*url)));
    }
    if (key != nullptr) return key;
    tried.push_back(*std::move(url));
  }
  return nullptr;
}

void ExplainKeys(const KeyRing& ring, const Key* proved_by, Explanation* explanation) {
  if (explanation == nullptr) return;
  for (const std::shared_ptr<const Key>& key : ring.keys()) {
    explanation->Add("key", key.get() == proved_by, key->id());
    if (key.get() == proved_by) return;
  }
}

absl::Status CheckBodyHash(std::string_view url, std::string_view body, Explanation* explanation) {
  OMNI_ASSIGN_OR_RETURN(Form query, Form::Parse(TargetQuery(url)));
  const bool matches =
      ConstantTimeEquals(AsView(HexEncode(Sha256(body))), query.Get(kBodyHashParameter));
  Explain(explanation, "body hash", matches, std::to_string(body.size()) + " bytes");
  if (matches) return absl::OkStatus();
  return InvalidSignatureError("the body is not the one that was signed", "body_hash_mismatch");
}

}  // namespace

bool HasBodyHash(std::string_view url) { return url.find(kBodyHashParameter) != url.npos; }

bool IsForm(std::string_view content_type) {
  constexpr std::string_view kType = "application/x-www-form-urlencoded";
  // Nearly always spelled so, which is quicker seen.
  const bool usual = content_type.starts_with(kType) &&
                     (content_type.size() == kType.size() || content_type[kType.size()] == ';');
  return usual || IsMediaType(content_type, kType);
}

absl::StatusOr<VerifyResult> VerifySignature(const ChannelAdapter::VerifyParams& params,
                                             const Options& options) {
  const WebhookRequest& request = params.request;
  const KeyRing& ring = params.keys.Ring(kKeyRing);
  if (ring.empty()) return InvalidSignatureError("there is no key for this account", "no_key");
  const std::string_view signature = request.headers.Find(kHeader).value_or("");
  Explain(params.explanation, "signature header", !signature.empty(), kHeader);
  if (signature.empty()) {
    return InvalidSignatureError("the signature is missing", "signature_missing");
  }
  if (params.external_url.empty()) {
    return InvalidSignatureError("the URL that was signed is not known", "url_unknown");
  }

  std::string url_room;
  std::unique_ptr<ReadForm> form;
  TextRoom form_room;
  SignedText text = {.url = SignedUrl(params.external_url, url_room), .parameters = {}};
  OMNI_ASSIGN_OR_RETURN(const Scheme scheme, FindScheme(request, text.url, params.explanation));
  if (scheme == Scheme::kForm) {
    form = std::make_unique<ReadForm>();
    OMNI_ASSIGN_OR_RETURN(text.parameters, CanonicalParameters(request.body, form->parameters(),
                                                               form_room, params.explanation));
  }
  const Key* const key = FindKeyForAnySpelling(ring, text, signature, options, params.explanation);
  ExplainKeys(ring, key, params.explanation);
  if (key == nullptr) {
    return InvalidSignatureError("the signature does not match", "signature_mismatch");
  }
  if (scheme == Scheme::kBodyHash) {
    OMNI_RETURN_IF_ERROR(CheckBodyHash(text.url, request.body, params.explanation));
  }
  const Coverage coverage = {.body = scheme != Scheme::kUrlOnly, .url = true};
  return VerifyResult{.coverage = coverage, .key_id = key->id(), .reading = std::move(form)};
}

}  // namespace twilio
}  // namespace omni::inline v0_1

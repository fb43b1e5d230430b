#include "testing/conformance/signing.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "omni/json.h"
#include "omni/support/encoding.h"
#include "omni/support/form.h"
#include "omni/support/signature.h"
#include "testing/conformance/content.h"
#include "testing/conformance/json_tree.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

struct Algorithm {
  std::string_view name;
  std::string (*digest)(std::string_view secret, std::string_view text);
};
constexpr Algorithm kAlgorithms[] = {
    {"hmac-sha256",
     [](std::string_view secret, std::string_view text) {
       return std::string(AsView(HmacSha256Key(secret).Sign(text)));
     }},
    {"hmac-sha1",
     [](std::string_view secret, std::string_view text) {
       return std::string(AsView(HmacSha1Key(secret).Sign(text)));
     }},
    {"sha256",
     [](std::string_view, std::string_view text) { return std::string(AsView(Sha256(text))); }},
};

struct Encoding {
  std::string_view name;
  std::string (*encode)(std::string_view bytes);
};
constexpr Encoding kEncodings[] = {
    {"hex", HexEncode}, {"base64", Base64Encode}, {"base64url", Base64UrlEncode}};

template <class Rows>
const auto* FindRow(const Rows& rows, std::string_view name) {
  const auto found = std::find_if(std::begin(rows), std::end(rows),
                                  [&](const auto& row) { return row.name == name; });
  return found == std::end(rows) ? nullptr : &*found;
}

// Names and values of a form, sorted, each pair once.
std::string CanonicalForm(std::string_view body) {
  const auto form = Form::Parse(body);
  if (!form.ok()) return {};
  std::vector<std::pair<std::string_view, std::string_view>> fields;
  fields.reserve(form->fields().size());
  for (const Form::Field& field : form->fields()) fields.emplace_back(field.name, field.value);
  std::sort(fields.begin(), fields.end());
  fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
  std::string text;
  for (const auto& [name, value] : fields) text.append(name).append(value);
  return text;
}

/// What stands for a placeholder. Nothing when there is no such placeholder.
using Resolve = std::function<std::optional<std::string>(std::string_view placeholder)>;

absl::StatusOr<std::string> Expand(std::string_view text, const Resolve& resolve) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    out += text.substr(0, open);
    if (open == text.npos) break;
    const std::size_t close = text.find('}', open);
    if (close == text.npos) return absl::InvalidArgumentError("a { without its }");
    const auto value = resolve(text.substr(open + 1, close - open - 1));
    if (!value) return absl::InvalidArgumentError("there is no such {placeholder}");
    out += *value;
    text.remove_prefix(close + 1);
  }
  return out;
}

std::optional<std::string> ResolvePrefixed(const WebhookRequest& request, std::string_view secret,
                                           std::string_view name) {
  if (name.starts_with("header:")) {
    return std::string(request.headers.Find(name.substr(7)).value_or(""));
  }
  if (name.starts_with("basic:")) {
    return Base64Encode(std::string(name.substr(6)).append(":").append(secret));
  }
  return std::nullopt;
}

Resolve ResolverFor(const WebhookRequest& request, std::string_view secret, absl::Time time) {
  return [&request, secret, time](std::string_view name) -> std::optional<std::string> {
    if (name == "body") return request.body;
    if (name == "bodySha256") return HexEncode(AsView(Sha256(request.body)));
    if (name == "bodySha256Raw") return std::string(AsView(Sha256(request.body)));
    if (name == "query") return std::string(TargetQuery(request.target));
    if (name == "form") return CanonicalForm(request.body);
    if (name == "url") return request.external_url;
    if (name == "target") return request.target;
    if (name == "method") return std::string(HttpMethodName(request.method));
    if (name == "time") return std::to_string(absl::ToUnixSeconds(time));
    if (name == "newline") return "\n";
    if (name == "secret") return std::string(secret);
    return ResolvePrefixed(request, secret, name);
  };
}

// Whether the vector file says all that is needed to make the proof.
bool IsDescribed(const ProofSpec& spec) {
  return spec.kind == ProofKind::kCredential || !spec.text.empty();
}

HttpHeaders Without(const HttpHeaders& headers, std::string_view name) {
  HttpHeaders kept;
  for (const auto& [key, value] : headers) {
    if (!EqualsIgnoreCase(key, name)) kept.Add(key, value);
  }
  return kept;
}

// Sets, or removes where `value` is nothing, the member that holds a proof.
void ChangeMember(const std::string& pointer, std::optional<std::string_view> value,
                  WebhookRequest& request) {
  auto tree = ParseTree(request.body);
  if (!tree.ok()) return;
  const std::size_t slash = pointer.rfind('/');
  JsonTree* const parent = tree->Find(pointer.substr(0, slash));
  if (slash == pointer.npos || parent == nullptr) return;
  const std::string name = pointer.substr(slash + 1);
  if (JsonTree* const member = tree->Find(pointer); member != nullptr && value) {
    member->Become(JsonTree::String(*value));
  } else if (value) {
    parent->children.push_back(JsonTree::String(*value));
    parent->children.back().key = name;
  } else {
    std::erase_if(parent->children, [&](const JsonTree& child) { return child.key == name; });
  }
  request.body = tree->Write();
}

}  // namespace

std::string FindProof(const ProofSpec& spec, const WebhookRequest& request) {
  if (!spec.header.empty()) return std::string(request.headers.Find(spec.header).value_or(""));
  if (!spec.query.empty()) return FindQueryParameter(request.target, spec.query).value_or("");
  if (spec.member.empty()) return {};
  auto tree = ParseTree(request.body);
  const JsonTree* const member = tree.ok() ? tree->Find(spec.member) : nullptr;
  return member == nullptr ? std::string() : member->text;
}

void SetProof(const ProofSpec& spec, std::string_view value, WebhookRequest& request) {
  if (!spec.header.empty()) {
    request.headers.Set(spec.header, value);
  } else if (!spec.query.empty()) {
    request.target = WithQueryParameter(request.target, spec.query, value);
    request.external_url = WithQueryParameter(request.external_url, spec.query, value);
  } else if (!spec.member.empty()) {
    ChangeMember(spec.member, value, request);
  }
}

void RemoveProof(const ProofSpec& spec, WebhookRequest& request) {
  if (!spec.header.empty()) {
    request.headers = Without(request.headers, spec.header);
  } else if (!spec.query.empty()) {
    request.target = WithoutQueryParameter(request.target, spec.query);
    request.external_url = WithoutQueryParameter(request.external_url, spec.query);
  } else if (!spec.member.empty()) {
    ChangeMember(spec.member, std::nullopt, request);
  }
}

std::vector<Purpose> SecretsOf(std::string_view channel, const std::vector<std::string>& names) {
  std::vector<Purpose> purposes;
  const auto document = JsonDocument::Parse(channel);
  if (!document.ok()) return purposes;
  for (const std::string& name : names) {
    const JsonValue value = document->root()[name];
    Purpose purpose{.name = name};
    if (value.is_string()) purpose.secrets.emplace_back(value.text());
    for (JsonValue secret : value.elements()) purpose.secrets.emplace_back(secret.text());
    if (!purpose.secrets.empty()) purposes.push_back(std::move(purpose));
  }
  return purposes;
}

KeySet KeysOf(const std::vector<Purpose>& purposes) {
  KeySet keys;
  for (const Purpose& purpose : purposes) {
    KeyRing::Keys ring;
    for (const std::string& secret : purpose.secrets) {
      ring.push_back(std::make_shared<const Key>(
          purpose.name + "[" + std::to_string(ring.size()) + "]", Secret(secret)));
    }
    keys.Set(purpose.name, KeyRing(std::move(ring)));
  }
  return keys;
}

std::string_view ProvingSecret(const ProofSpec& spec, const std::vector<Purpose>& purposes) {
  for (const Purpose& purpose : purposes) {
    if (purpose.name == spec.secret || spec.secret.empty()) return purpose.secrets.front();
  }
  return {};
}

bool Signer::CanSign(const Vector& vector) const {
  return vector.proof.kind != ProofKind::kNone && (IsDescribed(vector.proof) || function_);
}

void Signer::Sign(const Vector& vector, std::string_view secret, absl::Time time,
                  WebhookRequest& request) const {
  if (!IsDescribed(vector.proof)) {
    function_({.vector = vector.name, .secret = secret, .time = time, .request = request});
    return;
  }
  const auto values = ComputeIntermediates(vector, secret, time, request);
  if (!values.ok()) return;  // told by vector.intermediate
  const Resolve resolve = ResolverFor(request, secret, time);
  const auto value = Expand(vector.proof.value, [&](std::string_view name) {
    return name == "mac" ? std::optional(values->mac) : resolve(name);
  });
  if (value.ok()) SetProof(vector.proof, *value, request);
}

absl::StatusOr<IntermediateValues> ComputeIntermediates(const Vector& vector,
                                                        std::string_view secret, absl::Time time,
                                                        const WebhookRequest& request) {
  IntermediateValues values;
  const ProofSpec& spec = vector.proof;
  if (IsForm(request)) values.canonical_form = CanonicalForm(request.body);
  if (!spec.text.empty()) {
    OMNI_ASSIGN_OR_RETURN(values.string_to_sign,
                          Expand(spec.text, ResolverFor(request, secret, time)));
  } else {
    values.string_to_sign = spec.string_to_sign;
  }
  if (spec.algorithm.empty() || values.string_to_sign.empty()) return values;
  const Algorithm* const algorithm = FindRow(kAlgorithms, spec.algorithm);
  const Encoding* const encoding = FindRow(kEncodings, spec.encoding);
  if (algorithm == nullptr) return absl::InvalidArgumentError("no such algorithm");
  if (encoding == nullptr) return absl::InvalidArgumentError("no such encoding");
  values.mac = encoding->encode(algorithm->digest(secret, values.string_to_sign));
  return values;
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

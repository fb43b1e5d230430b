#include "components/aws/sigv4.h"

#include <map>
#include <optional>

#include "omni/support/encoding.h"
#include "omni/support/signature.h"
#include "omni/support/url.h"
#include "support/header_text.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// Without spaces around it, and with one where there are several.
std::string Condensed(std::string_view value) {
  std::string condensed;
  for (const char c : Trim(value)) {
    if (IsHeaderSpace(c) && !condensed.empty() && condensed.back() == ' ') continue;
    condensed.push_back(IsHeaderSpace(c) ? ' ' : c);
  }
  return condensed;
}

/// What a client sends as `Host`.
std::string HostField(const UrlView& url) {
  std::string field(url.host);
  const std::string_view usual = url.scheme.size() == 5 ? "443" : "80";
  if (!url.port.empty() && url.port != usual) field.append(":").append(url.port);
  return field;
}

/// The headers by lower-case name; the values of one name in the order they are sent.
std::map<std::string, std::string> CanonicalHeaders(const UrlView& url,
                                                    const HttpHeaders& headers) {
  std::map<std::string, std::string> canonical = {{"host", HostField(url)}};
  for (const auto& [name, value] : headers) {
    const auto [at, is_new] = canonical.emplace(LowerCase(name), Condensed(value));
    if (!is_new && at->first != "host") at->second += "," + Condensed(value);
  }
  return canonical;
}

// Derived from the secret, so it is wiped like one.
Secret SigningKey(const AwsCredentials& credentials, std::string_view date,
                  const SigningScope& scope) {
  std::string first = "AWS4";
  first.append(credentials.secret_access_key.Reveal());
  Secret key(first);
  first.assign(first.size(), '\0');
  for (const std::string_view step :
       {date, scope.region, scope.service, std::string_view("aws4_request")}) {
    key = Secret(AsView(HmacSha256Key(key.Reveal()).Sign(step)));
  }
  return key;
}

}  // namespace

void SignAwsRequest(const AwsCredentials& credentials, const SigningScope& scope,
                    HttpRequest& request) {
  const UrlView url = SplitUrl(request.url).value_or(UrlView{});
  const std::string time = absl::FormatTime("%Y%m%dT%H%M%SZ", scope.time, absl::UTCTimeZone());
  const std::string date = time.substr(0, 8);
  request.headers.Set("X-Amz-Date", time);
  if (!credentials.session_token.empty()) {
    request.headers.Set("X-Amz-Security-Token", credentials.session_token.Reveal());
  }

  std::string names;
  std::string canonical(HttpMethodName(request.method));
  canonical.append("\n").append(url.path.empty() ? "/" : url.path).append("\n\n");
  for (const auto& [name, value] : CanonicalHeaders(url, request.headers)) {
    canonical.append(name).append(":").append(value).append("\n");
    names.append(names.empty() ? "" : ";").append(name);
  }
  canonical.append("\n").append(names).append("\n");
  canonical.append(HexEncode(AsView(Sha256(request.body))));

  std::string where(date);
  where.append("/").append(scope.region).append("/").append(scope.service).append("/aws4_request");
  std::string to_sign(kAlgorithm);
  to_sign.append("\n").append(time).append("\n").append(where).append("\n");
  to_sign.append(HexEncode(AsView(Sha256(canonical))));
  const Secret key = SigningKey(credentials, date, scope);
  const std::string signature = HexEncode(AsView(HmacSha256Key(key.Reveal()).Sign(to_sign)));

  std::string authorization(kAlgorithm);
  authorization.append(" Credential=").append(credentials.access_key_id).append("/").append(where);
  authorization.append(", SignedHeaders=").append(names).append(", Signature=").append(signature);
  request.headers.Set("Authorization", authorization);
  request.sensitive_headers = {"Authorization", "X-Amz-Security-Token"};
}

}  // namespace internal
}  // namespace omni::inline v0_1

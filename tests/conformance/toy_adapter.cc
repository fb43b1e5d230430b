#include "conformance/toy_adapter.h"

#include <algorithm>
#include <atomic>
#include <boost/describe.hpp>
#include <mutex>
#include <utility>
#include <vector>

#include "conformance/toy_items.h"
#include "omni/error.h"
#include "omni/support/basic_auth.h"
#include "omni/support/config.h"
#include "omni/support/encoding.h"
#include "omni/support/form.h"
#include "omni/support/jwt.h"
#include "omni/support/signature.h"
#include "omni/support/time_parse.h"

namespace omni::inline v0_1 {
namespace testing {

enum class ToyScheme {
  kUrl,     ///< a code over time, URL and body; of a GET, over time and URL
  kBody,    ///< a code over the body
  kBearer,  ///< a credential in a header
  kMember,  ///< a credential in the body
  kToken,   ///< a JSON Web Token with a hash of the body
};
BOOST_DESCRIBE_ENUM(ToyScheme, kUrl, kBody, kBearer, kMember, kToken)

struct ToyOptions {
  ToyScheme scheme = ToyScheme::kUrl;
  absl::Duration window = absl::Minutes(5);
};
BOOST_DESCRIBE_STRUCT(ToyOptions, (), (scheme, window))

namespace {

AdapterInfo MakeInfo() {
  AdapterInfo info;
  info.name = "toy";
  info.display_name = "Toy";
  info.mounts = {{.name = "receive", .path = "/toy/{box}"},
                 {.name = "status", .path = "/toy/{box}/status", .methods = {HttpMethod::kGet}}};
  info.secrets = {{.name = "key", .required = false, .description = "signs"},
                  {.name = "token", .required = false, .description = "is sent along"}};
  return info;
}

absl::Status Mismatch() { return InvalidSignatureError("the code is wrong", "signature_mismatch"); }
absl::Status Missing() { return InvalidSignatureError("there is no proof", "signature_missing"); }

/// Thread safety: immutable, unless a hook is not.
class ToyAdapter : public ChannelAdapter {
 public:
  ToyAdapter(const ToyOptions& options, ToyHooks hooks)
      : options_(options), hooks_(std::move(hooks)), info_(MakeInfo()) {
    if (hooks_.info) hooks_.info(info_);
  }

  [[nodiscard]] const AdapterInfo& info() const override {
    if (!hooks_.info) return info_;
    const std::lock_guard lock(info_mutex_);
    hooks_.info(info_);
    return info_;
  }

  [[nodiscard]] Claimed<std::string> ClaimAccount(const ClaimParams& params) const override {
    return Claimed(hooks_.claim ? hooks_.claim(params.request) : std::string());
  }

  [[nodiscard]] absl::StatusOr<VerifyResult> Verify(const VerifyParams& params) const override {
    auto verdict = Prove(params);
    if (hooks_.verdict) hooks_.verdict(verdict, params);
    return verdict;
  }

  [[nodiscard]] absl::StatusOr<InboundResult> Normalize(
      const NormalizeParams& params) const override {
    auto result = ReadToyRequest(params, hooks_.event);
    if (hooks_.result) hooks_.result(result, params);
    return result;
  }

  [[nodiscard]] RouteKey Route(const RouteParams& params) const override {
    return hooks_.route ? hooks_.route(params) : ChannelAdapter::Route(params);
  }

  [[nodiscard]] HttpRequest BuildForward(const ForwardParams& params) const override {
    HttpRequest forward = ChannelAdapter::BuildForward(params);
    if (hooks_.forward) hooks_.forward(forward);
    return forward;
  }

  [[nodiscard]] std::string BodyWithoutSecrets(std::string_view body) const override {
    std::string kept(body);
    const auto document = JsonDocument::Parse(body);
    if (hooks_.keeps_secrets_of_bodies || !document.ok()) return kept;
    const std::string_view secret = document->root()["secret"].raw();
    if (secret.empty()) return kept;
    return kept.replace(kept.find(secret), secret.size(), "null");
  }

  [[nodiscard]] HttpResponse RejectionFor(const RejectionParams& params) const override {
    HttpResponse response = ChannelAdapter::RejectionFor(params);
    if (hooks_.rejection) hooks_.rejection(response, params);
    return response;
  }

 private:
  [[nodiscard]] absl::StatusOr<VerifyResult> Prove(const VerifyParams& params) const;
  [[nodiscard]] absl::StatusOr<VerifyResult> ProveCode(const VerifyParams& params) const;
  [[nodiscard]] absl::StatusOr<VerifyResult> ProveCredential(const VerifyParams& params,
                                                             std::string_view credential) const;
  [[nodiscard]] absl::StatusOr<VerifyResult> ProveToken(const VerifyParams& params) const;
  [[nodiscard]] KeyRing::Keys KeysOf(const VerifyParams& params, std::string_view name) const {
    const KeyRing::Keys& keys = params.keys.Ring(name).keys();
    return hooks_.keys ? hooks_.keys(keys) : keys;
  }
  [[nodiscard]] bool Matches(std::string_view expected, std::string_view presented) const {
    return hooks_.matches ? hooks_.matches(expected, presented)
                          : ConstantTimeEquals(expected, presented);
  }

  const ToyOptions options_;
  const ToyHooks hooks_;
  mutable std::mutex info_mutex_;
  mutable AdapterInfo info_;
};

absl::StatusOr<VerifyResult> ToyAdapter::Prove(const VerifyParams& params) const {
  const HttpHeaders& headers = params.request.headers;
  switch (options_.scheme) {
    case ToyScheme::kUrl:
    case ToyScheme::kBody:
      return ProveCode(params);
    case ToyScheme::kBearer:
      return ProveCredential(params,
                             ParseBearer(headers.Find("Authorization").value_or("")).value_or(""));
    case ToyScheme::kMember: {
      auto document = JsonDocument::Parse(params.request.body);
      if (!document.ok()) return Missing();
      auto verdict = ProveCredential(params, document->root()["secret"].text());
      if (verdict.ok()) verdict->reading = std::make_unique<const ToyReading>(*std::move(document));
      return verdict;
    }
    case ToyScheme::kToken:
      return ProveToken(params);
  }
  return Missing();
}

absl::StatusOr<VerifyResult> ToyAdapter::ProveCode(const VerifyParams& params) const {
  const bool covers_url = options_.scheme == ToyScheme::kUrl;
  const HttpHeaders& headers = params.request.headers;
  const std::string presented = hooks_.presented
                                    ? hooks_.presented(params)
                                    : std::string(headers.Find("X-Toy-Signature").value_or(""));
  if (presented.empty()) return Missing();
  const bool covers_body = !covers_url || params.request.method != HttpMethod::kGet;
  std::string text;
  if (covers_body) text = hooks_.body ? hooks_.body(params) : params.request.body;
  if (covers_url) {
    const std::string time(headers.Find("X-Toy-Time").value_or(""));
    const auto signed_at = ParseUnixTime(time);
    const bool in_window =
        signed_at &&
        (hooks_.in_window ? hooks_.in_window(params.now, *signed_at)
                          : absl::AbsDuration(params.now - *signed_at) <= options_.window);
    if (!in_window) return InvalidSignatureError("the time is out of the window", "expired");
    const std::string url = hooks_.url ? hooks_.url(params) : std::string(params.external_url);
    text = time + "." + url + "." + text;
  }
  for (const auto& key : KeysOf(params, "key")) {
    const std::string expected = HexEncode(AsView(key->Prepared<HmacSha256Key>().Sign(text)));
    const bool match = !key->secret().empty() && Matches(expected, presented);
    if (params.explanation != nullptr) params.explanation->Add("key", match, key->id());
    if (match) {
      return VerifyResult{.coverage = {.body = covers_body, .url = covers_url},
                          .key_id = key->id()};
    }
  }
  return Mismatch();
}

absl::StatusOr<VerifyResult> ToyAdapter::ProveCredential(const VerifyParams& params,
                                                         std::string_view credential) const {
  if (credential.empty()) return Missing();
  for (const auto& key : KeysOf(params, "token")) {
    const bool match = Matches(key->secret().Reveal(), credential);
    if (params.explanation != nullptr) params.explanation->Add("key", match, key->id());
    if (match) return VerifyResult{.coverage = {.body = true, .url = true}, .key_id = key->id()};
  }
  return Mismatch();
}

absl::StatusOr<VerifyResult> ToyAdapter::ProveToken(const VerifyParams& params) const {
  const std::string token(params.request.headers.Find("X-Toy-Token").value_or(""));
  if (token.empty()) return Missing();
  const KeyRing ring(KeysOf(params, "key"));
  const JwtRules rules;
  const auto jwt = VerifyJwt({.token = token,
                              .keys = ring,
                              .rules = rules,
                              .now = params.now,
                              .explanation = params.explanation});
  if (!jwt.ok()) return jwt.status();
  const std::string hash = HexEncode(AsView(Sha256(params.request.body)));
  if (!ConstantTimeEquals(jwt->claims.root()["body"].text(), hash)) return Mismatch();
  return VerifyResult{.coverage = {.body = true}, .key_id = jwt->key_id};
}

/// Thread safety: as `plant`.
class ToyFactory : public AdapterFactory {
 public:
  explicit ToyFactory(std::function<ToyHooks()> plant) : plant_(std::move(plant)) {}

  [[nodiscard]] const AdapterInfo& info() const override { return info_; }
  [[nodiscard]] absl::StatusOr<std::unique_ptr<const ChannelAdapter>> Create(
      const CreateParams& params) const override {
    ToyHooks hooks = plant_();
    ToyOptions options;
    ConfigReader reader(params.options, params.path);
    reader.Read(options);
    if (!hooks.takes_any_option) reader.RejectUnknown(params.reserved);
    if (!reader.ok()) return reader.status();
    return std::make_unique<const ToyAdapter>(options, std::move(hooks));
  }

 private:
  const std::function<ToyHooks()> plant_;
  const AdapterInfo info_ = MakeInfo();
};

}  // namespace

std::unique_ptr<const AdapterFactory> MakeToyFactory(std::function<ToyHooks()> plant) {
  return std::make_unique<const ToyFactory>(std::move(plant));
}

void SignToyToken(std::string_view secret, absl::Time time, WebhookRequest& request) {
  const std::string claims = R"({"exp":)" +
                             std::to_string(absl::ToUnixSeconds(time + absl::Minutes(1))) +
                             R"(,"body":")" + HexEncode(AsView(Sha256(request.body))) + R"("})";
  const std::string signed_text =
      Base64UrlEncode(R"({"alg":"HS256","typ":"JWT"})") + "." + Base64UrlEncode(claims);
  const Sha256Digest code = HmacSha256Key(secret).Sign(signed_text);
  request.headers.Set("X-Toy-Token", signed_text + "." + Base64UrlEncode(AsView(code)));
}

}  // namespace testing
}  // namespace omni::inline v0_1

#include "gateway/authenticate.h"

#include <optional>
#include <utility>

#include "base/request_memory.h"
#include "gateway/errors.h"
#include "gateway/names.h"
#include "support/external_url.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// The claimed account where it is one that may go into a reference; else empty.
std::string ClaimedAccount(const AuthenticateParams& params) {
  if (!params.endpoint.wants_claim) return {};
  std::string claim =
      params.endpoint.adapter->ClaimAccount({.request = params.request}).unverified();
  if (!IsPlainName(claim)) claim.clear();
  return claim;
}

/// How much a refusal has to say: of several groups' refusals the weightiest is the answer.
enum class Weight {
  kNone,
  kOrigin,     ///< the request did not come from where the channel expects it
  kForbidden,  ///< the adapter does not want it from there either
  kRejection,  ///< the proof is missing or wrong; the answer may challenge for it
  kFault,      ///< nobody could tell: a secret out of reach, a body that cannot be read, a bug
};

/// One request before the groups of its endpoint.
///
/// Thread safety: confined.
class Trial {
 public:
  Trial(const AuthenticateParams& params, std::string claim)
      : params_(params), claim_(std::move(claim)), secrets_(params.secrets.Current()) {
    secrets_->Prefetch(params.endpoint.first_secrets);
  }

  /// Whether the request is genuine for this group. Remembers why not.
  bool Try(const VerificationGroup& group);
  /// What all refusals come to.
  Verdict Conclude(bool several) &&;

  [[nodiscard]] Verdict TakeVerdict() && { return std::move(verdict_); }
  /// What this group alone says.
  [[nodiscard]] Verdict Judge(const VerificationGroup& group) && {
    if (Try(group)) return std::move(verdict_);
    return std::move(*this).Conclude(false);
  }

 private:
  struct Attempt {
    const VerificationGroup* group = nullptr;
    RequestKeys keys = {};
    /// Nearly always one URL is every group's; another one is the attempt's own, because of all
    /// that are tried, one is kept.
    std::string_view shared_url = {};
    std::string own_url = {};
    bool origin_allowed = false;

    [[nodiscard]] std::string_view external_url() const {
      return own_url.empty() ? shared_url : std::string_view(own_url);
    }
  };

  void SetUrl(std::string_view public_url, Attempt& attempt);
  /// The attempt's URL for as long as the verdict.
  [[nodiscard]] std::string_view KeepUrl(const Attempt& attempt) const {
    return attempt.own_url.empty() ? attempt.shared_url : CopyTo(params_.memory, attempt.own_url);
  }
  absl::StatusOr<VerifyResult> Verify(const Attempt& attempt, Explanation* explanation) const;
  void Accept(Attempt&& attempt, VerifyResult&& result);
  void Fail(Attempt&& attempt, absl::Status status);
  void Refuse(Attempt&& attempt, Weight weight, absl::Status status);
  void Overrule(Attempt&& attempt, absl::Status status, Authentication authentication);
  void Explain(const Attempt& attempt);

  const AuthenticateParams& params_;
  std::string claim_;
  const std::shared_ptr<const SecretsSnapshot> secrets_;
  Verdict verdict_;
  /// What the first attempt's URL was made of, and the URL.
  std::optional<std::pair<std::string_view, std::string_view>> first_url_;

  Weight weight_ = Weight::kNone;
  Attempt refused_;
  absl::Status refusal_;
  // The first group that lets a request through although it is not proved.
  Attempt lenient_;
  absl::Status lenient_refusal_;
  Authentication leniency_ = Authentication::kNone;
};

bool Trial::Try(const VerificationGroup& group) {
  const Channel& channel = group.first();
  Attempt attempt{.group = &group};
  attempt.origin_allowed = params_.client && channel.allow_from.Contains(*params_.client);
  if (!attempt.origin_allowed && !channel.allow_from.empty() &&
      !channel.adapter->info().origin_authenticates) {
    Refuse(std::move(attempt), Weight::kOrigin, OriginNotAllowedError());
    return false;
  }
  auto keys = secrets_->KeysFor(channel.secrets, claim_, params_.secrets.provider());
  if (!keys.ok()) {
    Refuse(std::move(attempt), Weight::kFault, std::move(keys).status());
    return false;
  }
  attempt.keys = *std::move(keys);
  SetUrl(channel.has_public_url ? std::string_view(channel.config.public_url) : params_.public_url,
         attempt);
  if (channel.insecure && !attempt.origin_allowed && attempt.keys.keys().empty()) {
    Overrule(std::move(attempt), absl::OkStatus(), Authentication::kInsecure);
    return false;
  }
  auto result = Verify(attempt, nullptr);
  if (result.ok()) {
    Accept(std::move(attempt), *std::move(result));
    return true;
  }
  Fail(std::move(attempt), std::move(result).status());
  return false;
}

void Trial::SetUrl(std::string_view public_url, Attempt& attempt) {
  if (!first_url_) {
    first_url_.emplace(public_url, ExternalUrlIn(params_.memory, params_.request, public_url,
                                                 params_.trusted_proxies));
  }
  if (first_url_->first == public_url) {
    attempt.shared_url = first_url_->second;
  } else {
    attempt.own_url = ExternalUrl(params_.request, public_url, params_.trusted_proxies);
  }
}

void Trial::Fail(Attempt&& attempt, absl::Status status) {
  const Channel& channel = attempt.group->first();
  if (!absl::IsUnauthenticated(status) && !absl::IsPermissionDenied(status)) {
    Refuse(std::move(attempt), Weight::kFault, std::move(status));
  } else if (channel.config.insecure) {
    Overrule(std::move(attempt), std::move(status), Authentication::kInsecure);
  } else if (channel.InShadow(params_.now)) {
    Overrule(std::move(attempt), std::move(status), Authentication::kShadow);
  } else {
    const bool forbidden = absl::IsPermissionDenied(status);
    Refuse(std::move(attempt), forbidden ? Weight::kForbidden : Weight::kRejection,
           std::move(status));
  }
}

absl::StatusOr<VerifyResult> Trial::Verify(const Attempt& attempt, Explanation* explanation) const {
  return attempt.group->first().adapter->Verify({.request = params_.request,
                                                 .mount = params_.endpoint.mount->name,
                                                 .path_params = params_.path_params,
                                                 .external_url = attempt.external_url(),
                                                 .keys = attempt.keys.keys(),
                                                 .origin_allowed = attempt.origin_allowed,
                                                 .now = params_.now,
                                                 .explanation = explanation});
}

void Trial::Accept(Attempt&& attempt, VerifyResult&& result) {
  verdict_.authentication = Authentication::kVerified;
  verdict_.group = attempt.group;
  verdict_.coverage = result.coverage;
  verdict_.key_id = std::move(result.key_id);
  verdict_.nonce = std::move(result.nonce);
  verdict_.nonce_expires = result.nonce_expires;
  verdict_.from_carrier = result.from_carrier;
  verdict_.reading = std::move(result.reading);
  verdict_.external_url = KeepUrl(attempt);
  if (attempt.keys.of_account()) verdict_.bound_account = std::move(claim_);
}

void Trial::Refuse(Attempt&& attempt, Weight weight, absl::Status status) {
  if (weight <= weight_) return;
  weight_ = weight;
  refused_ = std::move(attempt);
  refusal_ = std::move(status);
}

void Trial::Overrule(Attempt&& attempt, absl::Status status, Authentication authentication) {
  if (lenient_.group != nullptr) return;
  lenient_ = std::move(attempt);
  lenient_refusal_ = std::move(status);
  leniency_ = authentication;
}

void Trial::Explain(const Attempt& attempt) {
  if (!params_.explain) return;
  verdict_.explanation = std::make_unique<Explanation>();
  // The same verdict once more; only the steps are of interest.
  static_cast<void>(Verify(attempt, verdict_.explanation.get()));
}

Verdict Trial::Conclude(bool several) && {
  if (lenient_.group != nullptr && weight_ != Weight::kFault) {
    verdict_.authentication = leniency_;
    verdict_.group = lenient_.group;
    // Nobody vouches for any of it; the envelopes say so.
    verdict_.coverage = {.body = true, .url = true, .query = true};
    verdict_.overruled = std::move(lenient_refusal_);
    if (!verdict_.overruled.ok()) Explain(lenient_);
    verdict_.external_url = KeepUrl(lenient_);
    return std::move(verdict_);
  }
  verdict_.status = std::move(refusal_);
  if (!several) verdict_.group = refused_.group;
  if (weight_ != Weight::kFault) verdict_.authentication = Authentication::kRejected;
  if (weight_ == Weight::kForbidden || weight_ == Weight::kRejection) Explain(refused_);
  return std::move(verdict_);
}

}  // namespace

Verdict Authenticate(const AuthenticateParams& params) {
  const Endpoint& endpoint = params.endpoint;
  std::string claim = ClaimedAccount(params);
  if (endpoint.wants_claim) {
    if (const auto found = endpoint.by_claim.find(claim); found != endpoint.by_claim.end()) {
      return Trial(params, std::move(claim)).Judge(*found->second);
    }
  }
  Trial trial(params, std::move(claim));
  for (const auto& group : endpoint.groups) {
    if (trial.Try(*group)) return std::move(trial).TakeVerdict();
  }
  return std::move(trial).Conclude(endpoint.groups.size() > 1);
}

Verdict AuthenticateFor(const VerificationGroup& group, const AuthenticateParams& params) {
  return Trial(params, ClaimedAccount(params)).Judge(group);
}

}  // namespace internal
}  // namespace omni::inline v0_1

#include "gateway/quarantine.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "base/absl_bridge.h"
#include "gateway/authentication_word.h"
#include "omni/error.h"
#include "omni/support/phone.h"
#include "omni/support/url.h"
#include "omni/version.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::string_view kBlanked = "blanked";
// What the name of a header or of a query parameter tells of its value.
constexpr std::string_view kTelling[] = {"token",    "secret",     "signature",
                                         "password", "credential", "api-key",
                                         "api_key",  "apikey",     "jwt"};
constexpr std::string_view kTellingInHeaders[] = {"auth", "cookie"};
constexpr std::string_view kTellingParameters[] = {"auth", "authorization", "key", "sig"};

bool ContainsAnyOf(std::string_view name, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return name.find(word) != std::string_view::npos;
  });
}

bool HeaderMayHoldCredential(std::string_view name) {
  const std::string lower = absl::AsciiStrToLower(ToAbsl(name));
  // Twilio's retries carry the same token; it authorizes nothing.
  if (lower.find("idempotency") != std::string::npos) return false;
  return ContainsAnyOf(lower, kTelling) || ContainsAnyOf(lower, kTellingInHeaders) ||
         lower.ends_with("-key");
}

bool ParameterMayHoldCredential(std::string_view name) {
  const std::string lower = absl::AsciiStrToLower(ToAbsl(PercentDecode(name)));
  return ContainsAnyOf(lower, kTelling) ||
         std::find(std::begin(kTellingParameters), std::end(kTellingParameters), lower) !=
             std::end(kTellingParameters);
}

std::string BlankQuery(std::string_view query) {
  std::string blanked;
  while (true) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    const std::size_t value = parameter.find('=') + 1;  // 0: it has none
    if (value > 0 && ParameterMayHoldCredential(parameter.substr(0, value - 1))) {
      blanked.append(parameter.substr(0, value)).append(kBlanked);
    } else {
      blanked.append(parameter);
    }
    if (parameter.size() == query.size()) return blanked;
    blanked += '&';
    query.remove_prefix(parameter.size() + 1);
  }
}

/// A URL or a target without credentials, its other bytes as they were.
std::string BlankUrl(std::string_view url) {
  std::string blanked(url);
  if (const auto parts = SplitUrl(url); parts && !parts->userinfo.empty()) {
    const auto begin = static_cast<std::size_t>(parts->userinfo.data() - url.data());
    blanked.erase(begin, parts->userinfo.size() + 1);
  }
  const std::size_t query = blanked.find('?') + 1;
  if (query == 0) return blanked;
  return blanked.replace(query, std::string::npos,
                         BlankQuery(std::string_view(blanked).substr(query)));
}

}  // namespace

Capsule MakeCapsule(const CapsuleParams& params) {
  const WebhookRequest& request = params.request;
  const ErrorDetail detail = GetErrorDetail(params.status);
  Capsule capsule{.version = std::string(LibraryVersion()),
                  .channel = params.channel.config.id,
                  .tenant = params.channel.config.tenant,
                  .request = {.method = request.method,
                              .target = BlankUrl(request.target),
                              .external_url = BlankUrl(params.verdict.external_url),
                              .body = params.channel.adapter->BodyWithoutSecrets(request.body),
                              .peer = request.peer,
                              .tls = request.tls,
                              .received_at = request.received_at},
                  .authentication = std::string(AuthenticationWord(params.verdict.authentication)),
                  .coverage = params.verdict.coverage,
                  .key_id = std::string(params.verdict.key_id.view()),
                  .bound_account = params.verdict.bound_account,
                  .reason = detail.reason,
                  .message = MaskDigits(ToStd(params.status.message())),
                  .http_status = params.http_status};
  for (const auto& [name, value] : request.headers) {
    capsule.request.headers.Add(name, HeaderMayHoldCredential(name) ? kBlanked : value);
  }
  return capsule;
}

Verdict VerdictOf(const Capsule& capsule) {
  Verdict verdict{.coverage = capsule.coverage,
                  .key_id = capsule.key_id,
                  .bound_account = capsule.bound_account};
  if (const auto authentication = AuthenticationFromWord(capsule.authentication)) {
    verdict.authentication = *authentication;
  } else {
    verdict.status = InvalidPayloadError("no verdict lets such a request in", "authentication");
  }
  return verdict;
}

}  // namespace internal
}  // namespace omni::inline v0_1

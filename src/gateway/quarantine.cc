#include "gateway/quarantine.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "base/absl_bridge.h"
#include "omni/error.h"
#include "omni/support/phone.h"
#include "omni/version.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::string_view kBlanked = "[blanked]";
constexpr std::array<std::string_view, 7> kCredentialWords = {
    "auth", "signature", "cookie", "secret", "password", "api-key", "apikey"};
constexpr std::array<std::string_view, 2> kCredentialEndings = {"token", "-key"};

bool MayHoldCredential(std::string_view name) {
  const std::string lower = absl::AsciiStrToLower(ToAbsl(name));
  const auto contains = [&](std::string_view word) {
    return lower.find(word) != std::string::npos;
  };
  const auto ends = [&](std::string_view ending) { return lower.ends_with(ending); };
  // Twilio's retries carry the same token; it authorizes nothing.
  if (contains("idempotency")) return false;
  return std::any_of(kCredentialWords.begin(), kCredentialWords.end(), contains) ||
         std::any_of(kCredentialEndings.begin(), kCredentialEndings.end(), ends);
}

constexpr struct {
  Authentication authentication;
  std::string_view word;
} kWords[] = {{Authentication::kVerified, "verified"},
              {Authentication::kShadow, "shadow"},
              {Authentication::kInsecure, "insecure"}};

}  // namespace

Capsule MakeCapsule(const CapsuleParams& params) {
  const WebhookRequest& request = params.request;
  const ErrorDetail detail = GetErrorDetail(params.status);
  Capsule capsule{.version = std::string(LibraryVersion()),
                  .channel = params.channel.config.id,
                  .tenant = params.channel.config.tenant,
                  .request = {.method = request.method,
                              .target = request.target,
                              .external_url = params.verdict.external_url,
                              .body = params.channel.adapter->BodyWithoutSecrets(request.body),
                              .peer = request.peer,
                              .tls = request.tls,
                              .received_at = request.received_at},
                  .coverage = params.verdict.coverage,
                  .key_id = params.verdict.key_id,
                  .bound_account = params.verdict.bound_account,
                  .reason = detail.reason,
                  .message = MaskDigits(ToStd(params.status.message())),
                  .http_status = params.http_status};
  for (const auto& entry : kWords) {
    if (entry.authentication == params.verdict.authentication) capsule.authentication = entry.word;
  }
  for (const auto& [name, value] : request.headers) {
    capsule.request.headers.Add(name, MayHoldCredential(name) ? std::string(kBlanked) : value);
  }
  return capsule;
}

Verdict VerdictOf(const Capsule& capsule) {
  Verdict verdict{.coverage = capsule.coverage,
                  .key_id = capsule.key_id,
                  .external_url = capsule.request.external_url,
                  .bound_account = capsule.bound_account};
  for (const auto& entry : kWords) {
    if (entry.word == capsule.authentication) verdict.authentication = entry.authentication;
  }
  return verdict;
}

}  // namespace internal
}  // namespace omni::inline v0_1

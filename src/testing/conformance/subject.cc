#include "testing/conformance/subject.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/absl_bridge.h"
#include "base/status_macros.h"
#include "omni/codec.h"
#include "omni/error.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

using internal::ToStd;

constexpr std::string_view kRequestId = "conformance-request";
constexpr std::size_t kShortestSecret = 6;
constexpr std::size_t kShortestProof = 8;
constexpr std::size_t kShortestText = 10;
constexpr std::size_t kShortestPhone = 8;
constexpr std::size_t kMostRefusalsWatched = 2'000;

// The keys of a channel that are the gateway's own; a factory is told to skip them.
constexpr std::string_view kGatewayKeys[] = {
    "adapter",  "id",           "tenant",  "path",      "publicUrl",      "mode",
    "insecure", "enforceAfter", "keepRaw", "allowFrom", "allowedOrigins", "accounts"};

std::vector<std::string> SecretNames(const AdapterInfo& info) {
  std::vector<std::string> names;
  names.reserve(info.secrets.size());
  for (const SecretSpec& spec : info.secrets) names.push_back(spec.name);
  return names;
}

std::string Digits(std::string_view text) {
  std::string digits;
  for (char c : text) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

bool IsReasonWord(std::string_view reason) {
  return !reason.empty() && std::all_of(reason.begin(), reason.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool IsClientError(int status) { return status >= 400 && status < 500; }

}  // namespace

absl::StatusOr<std::shared_ptr<const ChannelAdapter>> MakeAdapter(const AdapterFactory& factory,
                                                                  std::string_view channel) {
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(channel));
  const AdapterInfo& info = factory.info();
  std::vector<std::string> reserved(std::begin(kGatewayKeys), std::end(kGatewayKeys));
  for (std::string& name : SecretNames(info)) reserved.push_back(std::move(name));
  if (!info.account_option.empty()) reserved.push_back(info.account_option);
  auto adapter =
      factory.Create({.options = document.root(), .path = "channel", .reserved = reserved});
  if (!adapter.ok()) return std::move(adapter).status();
  return std::shared_ptr<const ChannelAdapter>(*std::move(adapter));
}

Subject::Subject(const Examination& examination, const Vector& vector,
                 std::shared_ptr<const ChannelAdapter> adapter)
    : factory_(&examination.factory),
      signer_(&examination.signer),
      findings_(&examination.findings),
      vector_(&vector),
      adapter_(std::move(adapter)),
      purposes_(SecretsOf(vector.channel, SecretNames(adapter_->info()))) {
  genuine_.request = vector.request;
  genuine_.keys = KeysOf(purposes_);
  genuine_.now = vector.time;
  if (const MountSpec* mount = FindMount(adapter_->info(), vector); mount != nullptr) {
    genuine_.mount = mount->name;
    genuine_.path_params =
        MatchPath(PathTemplate(adapter_->info(), *mount, vector), vector.request.target);
  }
  if (FindProof(vector.proof, genuine_.request).empty()) genuine_ = Resigned(std::move(genuine_));

  for (const Purpose& purpose : purposes_) {
    for (const std::string& secret : purpose.secrets) {
      Forbid("leaks.secret", secret, kShortestSecret);
    }
  }
  Forbid("leaks.signature", FindProof(vector.proof, genuine_.request), kShortestProof);
  Forbid("leaks.body", kCanary, 0);
  Forbid("leaks.query", kQueryCanary, 0);
  auto verdict = Verify(genuine_, Explain::kYes);
  if (!verdict.ok()) return;
  proof_ = *std::move(verdict);
  auto result = Normalize(genuine_);
  if (!result.ok()) return;
  result_ = *std::move(result);
  ForbidWhatEventsSay();
}

std::shared_ptr<const ChannelAdapter> Subject::NewAdapter() const {
  auto adapter = MakeAdapter(*factory_, vector_->channel);
  return adapter.ok() ? *std::move(adapter) : adapter_;
}

Trial Subject::WithBody(std::string body) const {
  Trial trial = genuine_;
  trial.request.body = std::move(body);
  return trial;
}

Trial Subject::Resigned(Trial trial) const {
  if (signer_->CanSign(*vector_)) {
    signer_->Sign(*vector_, proving_secret(), trial.now, trial.request);
  }
  return trial;
}

absl::StatusOr<VerifyResult> Subject::Verify(const Trial& trial, Explain explain) {
  const auto claim = CallClaimAccount(*adapter_, trial);
  Expect(claim.ok(), "calls.exception",
         [&] { return "ClaimAccount threw: " + std::string(claim.status().message()); });
  Explanation explanation;
  auto verdict = CallVerify(*adapter_, trial, explain == Explain::kYes ? &explanation : nullptr);
  Expect(!IsException(verdict.status()), "calls.exception",
         [&] { return "Verify threw: " + std::string(verdict.status().message()); });
  for (const ExplanationStep& step : explanation.steps) {
    LookForLeaks(step.step + " " + step.detail, "an explanation");
  }
  if (verdict.ok()) {
    LookForSecrets(verdict->key_id, "a key's id");
  } else {
    WatchRefusal(verdict.status(), "rejection.status", FindProof(vector_->proof, trial.request));
  }
  return verdict;
}

absl::StatusOr<InboundResult> Subject::Normalize(const Trial& trial,
                                                 const NormalizeSettings& settings) {
  auto result = CallNormalize(*adapter_, trial, settings);
  Expect(!IsException(result.status()), "calls.exception",
         [&] { return "Normalize threw: " + std::string(result.status().message()); });
  if (result.ok()) {
    WatchResult(*result);
  } else {
    WatchRefusal(result.status(), "hostile.status", "");
  }
  return result;
}

absl::StatusOr<InboundResult> Subject::Normalize(const Trial& trial) {
  const Coverage coverage = proof_ ? proof_->coverage : Coverage{.body = true, .url = true};
  return Normalize(trial, {.coverage = coverage, .received_at = trial.now});
}

HttpResponse Subject::Reject(const absl::Status& status) {
  HttpResponse response =
      adapter_->RejectionFor({.status = status, .mount = genuine_.mount, .request_id = kRequestId});
  LookForLeaks(response.body, "the body of a refusal");
  for (const auto& [name, value] : response.headers) {
    LookForLeaks(value, "the header " + std::string(name) + " of a refusal");
  }
  return response;
}

void Subject::ExpectRefused(const Trial& trial, std::string_view check, std::string_view what,
                            Explain explain) {
  const bool refused = !Verify(trial, explain).ok();
  Expect(refused, check, [&] { return "accepted " + std::string(what); });
}

void Subject::Forbid(std::string_view check, std::string_view text, std::size_t min_size) {
  if (text.size() >= min_size && !text.empty()) {
    forbidden_.push_back({.check = check, .text = std::string(text)});
  }
}

void Subject::ForbidPhone(std::string_view address) {
  const std::string digits = Digits(address);
  const bool is_phone = address.size() - digits.size() <= 1;
  if (is_phone) Forbid("leaks.phone", digits, kShortestPhone);
}

void Subject::ForbidWhatEventsSay() {
  for (const InboundEvent& inbound : result_->events) {
    const Event& event = *inbound.event;
    if (event.from) ForbidPhone(event.from->address);
    for (const Address& to : event.to) ForbidPhone(to.address);
    if (event.message) Forbid("leaks.body", event.message->text, kShortestText);
  }
}

void Subject::LookForLeaks(std::string_view text, std::string_view place) {
  for (const Forbidden& forbidden : forbidden_) {
    Expect(text.find(forbidden.text) == text.npos, forbidden.check,
           [&] { return "found in " + std::string(place); });
  }
}

void Subject::LookForSecrets(std::string_view text, std::string_view place) {
  for (const Forbidden& forbidden : forbidden_) {
    if (forbidden.check != "leaks.secret") continue;
    Expect(text.find(forbidden.text) == text.npos, forbidden.check,
           [&] { return "found in " + std::string(place); });
  }
}

void Subject::WatchRefusal(const absl::Status& status, std::string_view status_check,
                           std::string_view presented) {
  if (IsException(status)) return;
  const std::string_view message = ToStd(status.message());
  const ErrorDetail detail = GetErrorDetail(status);
  const bool echoes = presented.size() >= kShortestProof && message.find(presented) != message.npos;
  Expect(!echoes, "leaks.signature", [] { return "a message repeats what was presented"; });
  if (refusals_seen_.size() >= kMostRefusalsWatched) return;
  if (!refusals_seen_.insert(detail.reason + std::string(message)).second) return;
  LookForLeaks(message, "a message");
  LookForLeaks(detail.field, "the field of an error");
  Expect(IsReasonWord(detail.reason), "rejection.reason",
         [&] { return "the reason '" + detail.reason + "' is no word for machines"; });
  Expect(IsClientError(detail.http_status), status_check, [&] {
    return std::to_string(detail.http_status) +
           " for what a stranger sent: " + std::string(message);
  });
  if (!IsClientError(detail.http_status)) return;
  WatchRejection(Reject(status));
}

void Subject::WatchRejection(const HttpResponse& response) {
  Expect(IsClientError(response.status), "rejection.status",
         [&] { return "a refusal is answered " + std::to_string(response.status); });
  const auto body = JsonDocument::Parse(response.body);
  const bool complete = body.ok() && !body->root()["error"].text().empty() &&
                        !body->root()["code"].text().empty() &&
                        body->root()["requestId"].text() == kRequestId;
  Expect(complete, "rejection.body",
         [] { return "the answer is not JSON with error, code and requestId"; });
  Expect(MediaType(response.headers.Find("Content-Type").value_or("")) == "application/json",
         "rejection.body", [] { return "the answer's content type is not application/json"; });
}

void Subject::WatchResult(const InboundResult& result) {
  for (const InboundEvent& inbound : result.events) {
    const std::string json = ToJson(*inbound.event);
    LookForSecrets(json, "an event");
    const auto read = EventFromJson(json);
    Expect(read.ok() && ToJson(*read) == json && IsValidUtf8(json), "events.json",
           [&] { return "an event is not read as it was written: " + read.status().ToString(); });
  }
  LookForSecrets(result.ack.body, "the acknowledgement");
  for (const std::string& reason : result.ignored) LookForLeaks(reason, "an ignored item's reason");
  for (const HttpRequest& request : result.follow_ups) {
    LookForSecrets(request.url, "a follow-up's URL");
    for (const auto& [name, value] : request.headers) {
      const bool hidden = std::any_of(
          request.sensitive_headers.begin(), request.sensitive_headers.end(),
          [&, &header = name](const std::string& each) { return EqualsIgnoreCase(each, header); });
      if (!hidden) LookForSecrets(value, "a follow-up's header that is not marked sensitive");
    }
  }
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

#include "testing/conformance/calls.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "omni/codec.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/support/url.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

constexpr std::string_view kExceptionReason = "exception";

absl::Status ExceptionError(std::string_view what) {
  return MakeError(absl::StatusCode::kInternal, what, {.reason = std::string(kExceptionReason)});
}

// Calls `function`, which returns a StatusOr of some kind.
template <class Function>
auto Guarded(Function function) -> decltype(function()) {
  try {
    return function();
  } catch (const std::exception& thrown) {
    return ExceptionError(thrown.what());
  } catch (...) {
    return ExceptionError("not a std::exception");
  }
}

std::string Describe(const absl::Status& status) {
  const ErrorDetail detail = GetErrorDetail(status);
  return status.ToString() + " " + detail.reason + " " + detail.code + " " +
         std::to_string(detail.http_status) + "\n";
}

std::string Describe(const HttpResponse& response) {
  std::string text = std::to_string(response.status) + " " + response.body + "\n";
  for (const auto& [name, value] : response.headers) {
    text.append(name).append(": ").append(value).append("\n");
  }
  return text;
}

std::string_view Segment(std::string_view& path) {
  path.remove_prefix(std::min<std::size_t>(path.size(), 1));
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

}  // namespace

const MountSpec* FindMount(const AdapterInfo& info, const Vector& vector) {
  for (const MountSpec& mount : info.mounts) {
    if (vector.mount.empty() || vector.mount == mount.name) return &mount;
  }
  return nullptr;
}

std::string PathTemplate(const AdapterInfo& info, const MountSpec& mount, const Vector& vector) {
  const auto channel = JsonDocument::Parse(vector.channel);
  if (!channel.ok() || &mount != &info.mounts.front()) return mount.path;
  const std::string_view path = channel->root()["path"].text();
  return path.empty() ? mount.path : std::string(path);
}

PathParams MatchPath(std::string_view path_template, std::string_view target) {
  PathParams params;
  std::string_view path = TargetPath(target);
  while (!path_template.empty()) {
    const std::string_view name = Segment(path_template);
    const std::string_view value = Segment(path);
    if (name.size() > 2 && name.front() == '{' && name.back() == '}') {
      params.Add(std::string(name.substr(1, name.size() - 2)), PercentDecode(value));
    }
  }
  return params;
}

absl::StatusOr<std::string> CallClaimAccount(const ChannelAdapter& adapter, const Trial& trial) {
  return Guarded([&]() -> absl::StatusOr<std::string> {
    return adapter.ClaimAccount({.request = trial.request}).unverified();
  });
}

absl::StatusOr<VerifyResult> CallVerify(const ChannelAdapter& adapter, const Trial& trial,
                                        Explanation* explanation) {
  return Guarded([&]() -> absl::StatusOr<VerifyResult> {
    return adapter.Verify({.request = trial.request,
                           .mount = trial.mount,
                           .path_params = trial.path_params,
                           .external_url = trial.request.external_url,
                           .keys = trial.keys,
                           .origin_allowed = trial.origin_allowed,
                           .now = trial.now,
                           .explanation = explanation});
  });
}

absl::StatusOr<InboundResult> CallNormalize(const ChannelAdapter& adapter, const Trial& trial,
                                            const NormalizeSettings& settings) {
  return Guarded([&] {
    const SignedRequest request(trial.request, trial.request.external_url, settings.coverage);
    return adapter.Normalize({.request = request,
                              .mount = trial.mount,
                              .path_params = trial.path_params,
                              .keep_raw = settings.keep_raw,
                              .max_events = settings.max_events,
                              .received_at = settings.received_at,
                              .reading = settings.reading});
  });
}

bool IsException(const absl::Status& status) {
  return !status.ok() && GetErrorDetail(status).reason == kExceptionReason;
}

std::string Describe(const absl::StatusOr<VerifyResult>& verdict) {
  if (!verdict.ok()) return Describe(verdict.status());
  const Coverage& coverage = verdict->coverage;
  return std::string("accepted") + (coverage.body ? " body" : "") + (coverage.url ? " url" : "") +
         (coverage.query ? " query" : "") + " " + std::string(verdict->key_id.view()) + " " +
         std::string(verdict->nonce.view()) + " " + omni::FormatTime(verdict->nonce_expires) + "\n";
}

std::string DescribeEvents(const InboundResult& result) {
  std::string text;
  for (const InboundEvent& inbound : result.events) {
    text += ToJson(*inbound.event) + " " + inbound.identity + "\n";
  }
  return text;
}

std::string Describe(const absl::StatusOr<InboundResult>& result) {
  if (!result.ok()) return Describe(result.status());
  std::string text = DescribeEvents(*result) + Describe(result->ack);
  for (const std::string& reason : result->ignored) text += "ignored " + reason + "\n";
  for (const HttpRequest& request : result->follow_ups) {
    text +=
        std::string(HttpMethodName(request.method)) + " " + request.url + " " + request.body + "\n";
  }
  return text;
}

std::string Outcome(const ChannelAdapter& adapter, const Trial& trial) {
  const auto claim = CallClaimAccount(adapter, trial);
  const auto verdict = CallVerify(adapter, trial, nullptr);
  std::string text = claim.value_or("exception") + "\n" + Describe(verdict);
  if (!verdict.ok()) return text;
  return text + Describe(CallNormalize(adapter, trial,
                                       {.coverage = verdict->coverage, .received_at = trial.now}));
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

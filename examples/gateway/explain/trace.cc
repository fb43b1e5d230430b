#include "explain/trace.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "explain/other_carrier.h"
#include "explain/path_match.h"
#include "http/own_paths.h"
#include "omni/components/memory.h"
#include "omni/components/memory_stores.h"
#include "omni/error.h"
#include "omni/ports/clock.h"
#include "omni/ports/http_client.h"
#include "omni/ports/observer.h"
#include "omni/support/origin.h"
#include "omni/support/phone.h"
#include "omni/support/url.h"
#include "simulate/carrier_channel.h"

namespace host {
namespace {

/// Stands still. Thread safety: immutable.
class FixedClock : public omni::Clock {
 public:
  explicit FixedClock(absl::Time now) : now_(now) {}
  [[nodiscard]] absl::Time Now() const override { return now_; }

 private:
  const absl::Time now_;
};

/// Nothing leaves. Thread safety: immutable.
class NoHttpClient : public omni::HttpClient {
 public:
  void Send(SendParams, omni::Completion<absl::StatusOr<omni::HttpResponse>> done) override {
    std::move(done)(omni::HttpResponse::Empty(200));
  }
};

std::string_view WordOf(omni::Authentication authentication) {
  switch (authentication) {
    case omni::Authentication::kNone:
      return "none";
    case omni::Authentication::kVerified:
      return "verified";
    case omni::Authentication::kRejected:
      return "rejected";
    case omni::Authentication::kShadow:
      return "shadow";
    case omni::Authentication::kInsecure:
      return "insecure";
  }
  return "none";
}

/// Takes down what is reported. Thread safety: thread-safe.
class Listener : public omni::Observer {
 public:
  void OnRequest(const omni::RequestReport& report) override {
    const MutexLock lock(mutex_);
    trace_.adapter = report.adapter;
    trace_.channel = report.channel;
    trace_.tenant = report.tenant;
    trace_.authentication = WordOf(report.authentication);
    trace_.key_id = report.key_id;
    trace_.reason = report.reason;
    trace_.message = report.message;
    trace_.client = report.client;
  }
  void OnIgnored(const omni::IgnoredReport& report) override {
    const MutexLock lock(mutex_);
    trace_.ignored.emplace_back(report.reason);
  }
  [[nodiscard]] Trace Take() {
    const MutexLock lock(mutex_);
    return std::move(trace_);
  }

 private:
  Mutex mutex_;
  Trace trace_ HOST_GUARDED_BY(mutex_);
};

/// One request's trace. Thread safety: confined.
class Tracer {
 public:
  Tracer(const TraceParams& params, std::vector<CarrierChannel> channels, omni::CidrSet proxies)
      : params_(params), channels_(std::move(channels)), proxies_(std::move(proxies)) {}

  absl::StatusOr<Trace> Run();

 private:
  [[nodiscard]] const omni::WebhookRequest& request() const { return params_.capture.request; }
  absl::Status RunGateway(Trace& trace) const;
  /// The verification by that channel, told; nothing when it does not listen there.
  void Verify(const CarrierChannel& channel, Trace& trace);
  void FindCause(Trace& trace) const;

  struct Attempt {
    const CarrierChannel* channel = nullptr;
    std::string endpoint = {};  ///< its name
    std::string external_url = {};
    bool names_account = false;
  };

  const TraceParams& params_;
  const std::vector<CarrierChannel> channels_;
  const omni::CidrSet proxies_;
  std::vector<Attempt> attempts_;
};

absl::Status Tracer::RunGateway(Trace& trace) const {
  const auto queue = std::make_shared<omni::MemoryQueue>();
  const auto listener = std::make_shared<Listener>();
  omni::Gateway::Builder builder;
  builder
      .SetOptions({.public_url = params_.public_url,
                   .trusted_proxies = params_.trusted_proxies,
                   .max_body_bytes = params_.max_body_bytes})
      .SetSink(queue)
      .SetIdempotencyStore(omni::MakeMemoryIdempotencyStore({}))
      .SetFragmentStore(omni::MakeMemoryFragmentStore({}))
      .SetConversationStore(omni::MakeMemoryConversationStore({}))
      .SetMediaStore(omni::MakeMemoryMediaStore({}))
      .SetMappingStore(omni::MakeMemoryMappingStore({}))
      .SetHttpClient(std::make_shared<NoHttpClient>())
      .SetSecretsProvider(params_.secrets)
      .SetObserver(listener)
      .SetClock(std::make_shared<FixedClock>(params_.now));
  for (const std::string& channel : params_.channels) builder.AddChannelJson(channel);
  const auto gateway = std::move(builder).Build(params_.registry);
  if (!gateway.ok()) return gateway.status();
  const omni::HttpResponse answer = (*gateway)->HandleBlocking(request());
  trace = listener->Take();
  trace.status = answer.status;
  trace.answer = answer.body;
  trace.accepted = answer.status >= 200 && answer.status < 300;
  for (omni::Envelope& envelope : queue->Drain()) {
    trace.events.push_back({.queue = std::move(envelope.queue),
                            .group = std::move(envelope.group),
                            .body = std::move(envelope.body)});
  }
  return absl::OkStatus();
}

void Tracer::Verify(const CarrierChannel& channel, Trace& trace) {
  const std::string_view path = omni::TargetPath(request().target);
  for (const CarrierChannel::Endpoint& endpoint : channel.endpoints) {
    omni::PathParams path_params;
    const auto& methods = endpoint.methods;
    if (!MatchPath(endpoint.path, path, path_params) ||
        std::find(methods.begin(), methods.end(), request().method) == methods.end()) {
      continue;
    }
    const std::string claim = channel.verifier->ClaimAccount({.request = request()}).unverified();
    const omni::KeySet keys = channel.KeysFor(claim);
    const auto client = omni::ClientAddress(request(), proxies_);
    const auto allowed = omni::CidrSet::Parse(channel.allow_from);
    Attempt& attempt = attempts_.emplace_back();
    attempt.channel = &channel;
    attempt.endpoint = endpoint.name;
    attempt.external_url = omni::ExternalUrl(request(), channel.public_url, proxies_);
    attempt.names_account = std::find(channel.accounts.begin(), channel.accounts.end(), claim) !=
                            channel.accounts.end();
    ChannelTrace told{.id = channel.id,
                      .endpoint = endpoint.path,
                      .external_url = omni::MaskDigits(omni::RedactUrl(attempt.external_url))};
    const auto verdict = channel.verifier->Verify(
        {.request = request(),
         .mount = endpoint.name,
         .path_params = path_params,
         .external_url = attempt.external_url,
         .keys = keys,
         .origin_allowed = client && allowed.ok() && allowed->Contains(*client),
         .now = params_.now,
         .explanation = &told.steps});
    told.verified = verdict.ok();
    told.verdict = verdict.ok() ? std::string(verdict->key_id.view())
                                : omni::GetErrorDetail(verdict.status()).reason;
    trace.channels.push_back(std::move(told));
  }
}

void Tracer::FindCause(Trace& trace) const {
  const bool unproved = trace.authentication == "rejected" || trace.authentication == "shadow" ||
                        trace.authentication == "insecure";
  if (attempts_.empty()) {
    if (!trace.accepted) trace.findings = DiagnoseNoEndpoint(request(), channels_);
    return;
  }
  // LiveChat's identifier and a body without a secret are found wrong before anything is proved.
  const bool proved = std::any_of(trace.channels.begin(), trace.channels.end(),
                                  [](const ChannelTrace& each) { return each.verified; });
  if (!unproved && (trace.accepted || proved)) return;
  // The channel that the gateway names, else the one that serves the account, else the first.
  const auto named = std::find_if(attempts_.begin(), attempts_.end(), [&](const Attempt& each) {
    return each.channel->id == trace.channel;
  });
  const auto served = std::find_if(attempts_.begin(), attempts_.end(),
                                   [](const Attempt& each) { return each.names_account; });
  const Attempt& attempt = named != attempts_.end()    ? *named
                           : served != attempts_.end() ? *served
                                                       : attempts_.front();
  const auto client = omni::ClientAddress(request(), proxies_);
  trace.findings = Diagnose({.request = request(),
                             .channel = *attempt.channel,
                             .endpoint = attempt.endpoint,
                             .all = channels_,
                             .external_url = attempt.external_url,
                             .client = client ? client->ToString() : std::string(),
                             .content_length = params_.capture.content_length,
                             .now = params_.now});
}

absl::StatusOr<Trace> Tracer::Run() {
  Trace trace;
  if (const OwnPath* const own = FindOwnPath(omni::TargetPath(request().target))) {
    trace.own_path = own->path;
    trace.reason = "own_path";
    trace.findings = DiagnoseOwnPath(*own);
    return trace;
  }
  if (const absl::Status run = RunGateway(trace); !run.ok()) return run;
  for (const CarrierChannel& channel : channels_) Verify(channel, trace);
  FindCause(trace);
  return trace;
}

}  // namespace

absl::StatusOr<Trace> TraceRequest(const TraceParams& params) {
  auto channels = LoadChannels({.channels = params.channels,
                                .public_url = params.public_url,
                                .registry = params.registry,
                                .secrets = *params.secrets});
  if (!channels.ok()) return channels.status();
  auto proxies = omni::CidrSet::Parse(params.trusted_proxies);
  if (!proxies.ok()) return proxies.status();
  return Tracer(params, *std::move(channels), *std::move(proxies)).Run();
}

}  // namespace host

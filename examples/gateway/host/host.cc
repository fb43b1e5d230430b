#include "host/host.h"

#include <utility>

#include "absl/time/clock.h"
#include "base/text.h"
#include "config/load_config.h"
#include "host/gateway_builder.h"
#include "host/routes.h"
#include "http/answers.h"
#include "http/request_id.h"
#include "log/request_log.h"
#include "omni/adapter_registry.h"
#include "omni/adapters/all.h"
#ifdef OMNI_HOST_CURL
#include "omni/components/curl.h"
#endif
#include "omni/error.h"
#include "omni/support/basic_auth.h"
#include "secrets/reference_secrets.h"

namespace host {
namespace {

constexpr absl::Duration kSweepPause = absl::Seconds(2);

absl::StatusOr<std::shared_ptr<omni::HttpClient>> MakeHttpClient() {
#ifdef OMNI_HOST_CURL
  return omni::MakeCurlHttpClient({});
#else
  return std::shared_ptr<omni::HttpClient>();
#endif
}

std::string Join(const std::vector<std::string>& lines) {
  std::string joined;
  for (const std::string& line : lines) {
    if (!joined.empty()) joined += '\n';
    joined += line;
  }
  return joined;
}

}  // namespace

Host::Host(HostConfig config, std::shared_ptr<Log> log)
    : first_(std::move(config)),
      log_(std::move(log)),
      secrets_(MakeReferenceSecrets()),
      router_(log_, [this](const omni::WebhookRequest& request) { return CheckAdmin(request); }) {
  AddObserver(MakeLogObserver(log_));
  AddObserver(readiness_);
}

Host::~Host() = default;

absl::StatusOr<std::unique_ptr<Host>> Host::Open(HostConfig config, std::shared_ptr<Log> log) {
  std::unique_ptr<Host> host(new Host(std::move(config), std::move(log)));
  auto engine = host->first_.queue->Open();
  if (!engine.ok()) return engine.status();
  host->engine_ = *std::move(engine);
  host->media_urls_ = std::make_shared<MediaUrls>(std::move(host->engine_.media));
  host->engine_.media = host->media_urls_;
  const std::string& state = host->engine_.state_path;
  host->limits_ = std::make_shared<Limits>(state.empty() ? "" : state + ".quotas");
  host->StartControl();
  auto client = MakeHttpClient();
  if (!client.ok()) return client.status();
  host->http_client_ = *std::move(client);
  AddHealthRoutes(*host);
  AddMediaRoute(*host);
  return host;
}

void Host::StartControl() {
  if (engine_.control_path.empty() || engine_.source == nullptr) return;
  auto control = ControlServer::Start(engine_.control_path, engine_.source);
  if (control.ok()) {
    control_ = *std::move(control);
  } else {
    // `omni events --ack` has to wait until this process is gone; nothing else needs it.
    log_->Write(std::move(
        LogLine("warning", "no_control_socket").Text("reason", MessageOf(control.status()))));
  }
}

void Host::SetOwnUrl(const std::string& url) {
  std::string base;
  {
    MutexLock lock(mutex_);
    own_url_ = url;
    base = MediaBase();
  }
  media_urls_->SetBase(std::move(base));
}

std::string Host::MediaBase() const {
  std::string base = setup_->config.public_url.empty() ? own_url_ : setup_->config.public_url;
  while (base.ends_with('/')) base.pop_back();
  return base + "/media/";
}

absl::Status Host::Start() {
  auto setup = Build(Amended(first_));
  if (!setup.ok()) return setup.status();
  Replace(*std::move(setup));
  readiness_->Probe(engine_);
  sweeps_ = std::make_unique<Periodic>(kSweepPause, [this] {
    readiness_->Probe(engine_);
    SweepFragments();
    SaveQuotas();
  });
  return absl::OkStatus();
}

void Host::Handle(omni::WebhookRequest request, omni::Completion<ServerResponse> done) const {
  if (router_.Takes(request.target)) return router_.Handle(std::move(request), std::move(done));
  const auto current = setup();
  if (request.headers.Find("Authorization") && current->mounts.IsForAdmins(request.target)) {
    return HandleAdmin(*current, std::move(request), std::move(done));
  }
  current->gateway->Handle(std::move(request),
                           [done = std::move(done)](omni::HttpResponse response) mutable {
                             std::move(done)(ServerResponse{.response = std::move(response)});
                           });
}

// The gateway finds out whether the token is right, and who guesses here guesses the same as at the
// host's own paths.
void Host::HandleAdmin(const Setup& setup, omni::WebhookRequest request,
                       omni::Completion<ServerResponse> done) const {
  std::string guesser = GuesserOf(request, setup.trusted_proxies);
  if (const absl::Status status = failed_logins_->Begin(guesser, absl::Now()); !status.ok()) {
    const std::string request_id = RequestIdOf(request);
    LogRefusal({.request_id = request_id,
                .method = request.method,
                .target = request.target,
                .client = request.peer,
                .http_status = omni::GetErrorDetail(status).http_status},
               omni::GetErrorDetail(status).code, *log_);
    return std::move(done)(ServerResponse{.response = ErrorAnswer(status, request_id)});
  }
  setup.gateway->Handle(std::move(request),
                        [logins = failed_logins_, guesser = std::move(guesser),
                         done = std::move(done)](omni::HttpResponse response) mutable {
                          if (response.status != 401 && response.status != 403) {
                            logins->Succeed(guesser);
                          }
                          std::move(done)(ServerResponse{.response = std::move(response)});
                        });
}

omni::HttpResponse Host::FormatError(const omni::WebhookRequest& request, int status,
                                     std::string_view code, std::string_view message) const {
  const std::string request_id = RequestIdOf(request);
  LogRefusal({.request_id = request_id,
              .method = request.method,
              .target = request.target,
              .client = request.peer,
              .http_status = status},
             code, *log_);
  return ErrorAnswer(status, code, message, request_id);
}

absl::StatusOr<std::shared_ptr<const Setup>> Host::Build(HostConfig config) const {
  auto tokens = ResolveAdminToken(config, *secrets_);
  if (!tokens.ok()) return tokens.status();
  omni::AdapterRegistry::Builder adapters;
  omni::RegisterAllAdapters(adapters);
  const auto registry = std::move(adapters).Build();
  if (!registry.ok()) return registry.status();
  MountTable mounts(config, *registry);
  auto proxies = omni::CidrSet::Parse(config.trusted_proxies);
  auto gateway = BuildGateway(config, {.engine = engine_,
                                       .secrets = secrets_,
                                       .http_client = http_client_,
                                       .admission = limits_,
                                       .observer = observers_});
  if (!gateway.ok()) return gateway.status();
  if (!proxies.ok()) return proxies.status();
  return std::make_shared<const Setup>(Setup{.config = std::move(config),
                                             .admin_tokens = *std::move(tokens),
                                             .trusted_proxies = *std::move(proxies),
                                             .mounts = std::move(mounts),
                                             .gateway = *std::move(gateway)});
}

// Requests that the old gateway has go on; the last of them lets it go.
void Host::Replace(std::shared_ptr<const Setup> setup) {
  limits_->Configure(setup->config.limits);
  failed_logins_->Configure(setup->config.limits.admin_failures);
  std::string base;
  {
    MutexLock lock(mutex_);
    setup_.swap(setup);
    base = MediaBase();
  }
  media_urls_->SetBase(std::move(base));
}

absl::Status Host::Reload(const std::function<absl::Status()>& accept) {
  MutexLock reload(reload_mutex_);
  LoadedConfig loaded = LoadConfig(first_.file);
  if (!loaded.problems.empty()) return absl::InvalidArgumentError(Join(loaded.problems));
  if (!(loaded.config.listen == first_.listen)) {
    log_->Write(std::move(LogLine("warning", "restart_needed").Text("setting", "listen")));
    loaded.config.listen = first_.listen;
  }
  if (loaded.config.queue_json != first_.queue_json) {
    log_->Write(std::move(LogLine("warning", "restart_needed").Text("setting", "queue")));
  }
  auto setup = Build(Amended(std::move(loaded.config)));
  if (!setup.ok()) return setup.status();
  if (absl::Status status = accept(); !status.ok()) return status;
  Replace(*std::move(setup));
  return absl::OkStatus();
}

absl::Status Host::Refresh() {
  MutexLock reload(reload_mutex_);
  HostConfig config = setup()->config;
  config.channels = std::move(config.file_channels);
  auto refreshed = Build(Amended(std::move(config)));
  if (!refreshed.ok()) return refreshed.status();
  Replace(*std::move(refreshed));
  return absl::OkStatus();
}

HostConfig Host::Amended(HostConfig config) const {
  config.file_channels = config.channels;
  if (amend_) amend_(config);
  return config;
}

absl::Status Host::Shutdown(absl::Time deadline) {
  sweeps_.reset();
  control_.reset();
  SaveQuotas();
  const auto last = setup();
  return last == nullptr ? absl::OkStatus() : last->gateway->Shutdown(deadline);
}

std::shared_ptr<const Setup> Host::setup() const {
  MutexLock lock(mutex_);
  return setup_;
}

absl::Status Host::CheckAdmin(const omni::WebhookRequest& request) const {
  const auto current = setup();
  if (current->admin_tokens.empty()) {
    return absl::PermissionDeniedError(
        "this needs an administrator's token, and none is configured");
  }
  const auto authorization = request.headers.Find("Authorization");
  const auto token = authorization ? omni::ParseBearer(*authorization) : std::nullopt;
  absl::Status refused = absl::UnauthenticatedError("this needs an administrator's token");
  if (!token) return refused;  // nobody has guessed anything
  const std::string guesser = GuesserOf(request, current->trusted_proxies);
  if (absl::Status status = failed_logins_->Begin(guesser, absl::Now()); !status.ok()) {
    return status;
  }
  bool known = false;
  for (const auto& key : current->admin_tokens.keys()) {
    known |= omni::ConstantTimeEquals(key->secret().Reveal(), *token);
  }
  if (!known) return refused;
  failed_logins_->Succeed(guesser);
  return absl::OkStatus();
}

absl::Status Host::AdmitArrival(const omni::WebhookRequest& request) const {
  const auto client = omni::ClientAddress(request, setup()->trusted_proxies);
  if (!client) return absl::OkStatus();
  return limits_->AdmitArrival({.client = client->ToString(), .now = absl::Now()});
}

void Host::SaveQuotas() {
  if (limits_->Save().ok()) return;
  log_->Write(LogLine("warning", "quotas_not_saved"));
}

void Host::SweepFragments() const {
  if (engine_.fragments == nullptr) return;
  setup()->gateway->DeliverDueFragments([log = log_](const absl::StatusOr<std::size_t>& delivered) {
    if (delivered.ok()) return;
    log->Write(std::move(LogLine("warning", "fragments_not_delivered")
                             .Text("reason", omni::GetErrorDetail(delivered.status()).reason)));
  });
}

}  // namespace host

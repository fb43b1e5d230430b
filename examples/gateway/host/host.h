/// \file
/// The host: an engine, a gateway that can be exchanged while it serves, and the host's own routes.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/periodic.h"
#include "config/host_config.h"
#include "control/control_server.h"
#include "engine/engine.h"
#include "engine/media_urls.h"
#include "host/mount_table.h"
#include "host/readiness.h"
#include "http/router.h"
#include "limits/failed_logins.h"
#include "limits/limits.h"
#include "log/log.h"
#include "log/observers.h"
#include "omni/gateway.h"
#include "omni/key_ring.h"
#include "omni/ports/secrets_provider.h"
#include "omni/support/origin.h"
#include "server/http_server.h"

namespace host {

/// What is in force until the next reload.
struct Setup {
  HostConfig config = {};
  omni::KeyRing admin_tokens = {};
  omni::CidrSet trusted_proxies = {};
  MountTable mounts = {};
  std::unique_ptr<omni::Gateway> gateway = {};
};

/// Thread safety: thread-safe from Start on; before, routes and observers are added by one thread.
class Host {
 public:
  /// Opens the engine. Nothing is served yet.
  static absl::StatusOr<std::unique_ptr<Host>> Open(HostConfig config, std::shared_ptr<Log> log);
  ~Host();

  /// Before Start: who is told of what becomes of requests.
  void AddObserver(std::shared_ptr<omni::Observer> observer) {
    observers_->Add(std::move(observer));
  }
  /// Before Start: the host's own routes.
  [[nodiscard]] Router& router() { return router_; }
  /// Before Start: puts something in front of the queue.
  void WrapSink(
      const std::function<std::shared_ptr<omni::QueueSink>(std::shared_ptr<omni::QueueSink>)>&
          wrap) {
    engine_.sink = wrap(std::move(engine_.sink));
  }
  /// Before Start: changes each configuration, the first and every one that is read again, before
  /// it is put in force: channels that were added at run time.
  void AmendConfigs(std::function<void(HostConfig&)> amend) { amend_ = std::move(amend); }

  /// Builds the first gateway and begins the sweeps. Errors: InvalidArgument, every mistake.
  absl::Status Start();

  /// Once it is started, and the server too: where this host can be reached, for who is given a
  /// link to it and there is no `publicUrl`.
  void SetOwnUrl(const std::string& url);

  /// Answers one request: a route's, else the gateway's.
  void Handle(omni::WebhookRequest request, omni::Completion<ServerResponse> done) const;
  /// How large a body the server may read for that target.
  [[nodiscard]] std::size_t MaxBodyBytes(std::string_view target) const {
    return setup()->mounts.MaxBodyBytes(target);
  }
  /// For requests that the server refuses by itself; of some nothing is known.
  [[nodiscard]] omni::HttpResponse FormatError(const omni::WebhookRequest& request, int status,
                                               std::string_view code,
                                               std::string_view message) const;

  /// Reads the configuration's file again and puts it in force. `accept` is asked once everything
  /// else is found right. On an error the old one stays.
  ///
  /// Errors: InvalidArgument with every mistake; that of `accept`.
  absl::Status Reload(const std::function<absl::Status()>& accept);
  /// Puts the configuration that is in force into force again, as it is amended now. On an error
  /// nothing changes. Errors: InvalidArgument with every mistake.
  absl::Status Refresh();

  /// Stops the sweeps and waits for requests. Call it once the server is drained.
  absl::Status Shutdown(absl::Time deadline);

  /// What is in force now; it stays usable while the caller has it.
  [[nodiscard]] std::shared_ptr<const Setup> setup() const;
  [[nodiscard]] const Engine& engine() const { return engine_; }
  [[nodiscard]] const std::shared_ptr<omni::SecretsProvider>& secrets() const { return secrets_; }
  [[nodiscard]] const std::shared_ptr<Log>& log() const { return log_; }
  [[nodiscard]] absl::Status readiness() const { return readiness_->status(); }

  /// Whether the request carries an administrator's token. Errors: Unauthenticated;
  /// PermissionDenied where no token is configured; ResourceExhausted after too many wrong ones.
  [[nodiscard]] absl::Status CheckAdmin(const omni::WebhookRequest& request) const;
  /// Counts a request to a path of the host's own as one of its client's. Errors:
  /// ResourceExhausted, beyond `limits.perOrigin`.
  [[nodiscard]] absl::Status AdmitArrival(const omni::WebhookRequest& request) const;

 private:
  Host(HostConfig config, std::shared_ptr<Log> log);

  [[nodiscard]] absl::StatusOr<std::shared_ptr<const Setup>> Build(HostConfig config) const;
  /// As Handle, for an endpoint of a channel that an administrator's token opens.
  void HandleAdmin(const Setup& setup, omni::WebhookRequest request,
                   omni::Completion<ServerResponse> done) const;
  /// What the file says, amended.
  [[nodiscard]] HostConfig Amended(HostConfig config) const;
  void Replace(std::shared_ptr<const Setup> setup);
  void SweepFragments() const;
  void StartControl();
  void SaveQuotas();
  /// What stands before the id in a file's URL.
  [[nodiscard]] std::string MediaBase() const HOST_REQUIRES(mutex_);

  HostConfig first_;
  const std::shared_ptr<Log> log_;
  const std::shared_ptr<omni::SecretsProvider> secrets_;
  const std::shared_ptr<Observers> observers_ = std::make_shared<Observers>();
  std::shared_ptr<omni::HttpClient> http_client_;
  Engine engine_;
  std::shared_ptr<MediaUrls> media_urls_;
  std::unique_ptr<ControlServer> control_;
  std::shared_ptr<Limits> limits_;
  const std::shared_ptr<FailedLogins> failed_logins_ = std::make_shared<FailedLogins>();
  Router router_;
  const std::shared_ptr<Readiness> readiness_ = std::make_shared<Readiness>();
  std::function<void(HostConfig&)> amend_;

  Mutex reload_mutex_;  ///< one reload at a time
  mutable Mutex mutex_;
  std::shared_ptr<const Setup> setup_ HOST_GUARDED_BY(mutex_);
  std::string own_url_ HOST_GUARDED_BY(mutex_);

  std::unique_ptr<Periodic> sweeps_;
};

}  // namespace host

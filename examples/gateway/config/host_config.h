/// \file
/// What a configuration file says, read and checked.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "config/limits_config.h"
#include "engine/engine.h"

namespace host {

/// The certificate to serve with. Read again at each reload.
struct TlsConfig {
  std::string certificate = {};  ///< PEM, the chain from the server's own on
  std::string key = {};          ///< PEM
  friend bool operator==(const TlsConfig&, const TlsConfig&) = default;
};

struct ListenConfig {
  std::string address = "127.0.0.1";
  std::int64_t port = 8080;  ///< 0: any that is free
  std::int64_t threads = 2;
  std::optional<TlsConfig> tls = {};
  std::int64_t max_connections = 20'000;
  std::int64_t max_in_flight = 4'096;
  std::int64_t max_in_flight_bytes = std::int64_t{256} << 20;
  std::int64_t max_body_bytes = std::int64_t{4} << 20;  ///< unless the channel says otherwise
  std::int64_t max_channel_body_bytes = std::int64_t{64} << 20;  ///< the most that it may say
  absl::Duration header_timeout = absl::Seconds(10);
  absl::Duration body_timeout = absl::Seconds(30);
  absl::Duration idle_timeout = absl::Seconds(75);
  absl::Duration write_timeout = absl::Seconds(30);
  absl::Duration drain_timeout = absl::Seconds(25);
  friend bool operator==(const ListenConfig&, const ListenConfig&) = default;
};

/// References to the tokens of administrators, newest first.
struct AdminConfig {
  std::vector<std::string> token = {};
};

struct HostConfig {
  std::string file = {};  ///< where it was read
  ListenConfig listen = {};
  std::string public_url = {};
  std::vector<std::string> trusted_proxies = {};
  AdminConfig admin = {};
  LimitsConfig limits = {};
  absl::Duration enqueue_timeout = absl::Seconds(8);
  absl::Duration fragment_patience = absl::Minutes(5);
  std::string queue_json = {};  ///< the setting as it stands, to tell whether it changed
  std::shared_ptr<const EngineOptions> queue = {};
  std::vector<std::string> channels = {};  ///< JSON objects, in their order
  /// Those of the file, where `channels` was changed since.
  std::vector<std::string> file_channels = {};
};

}  // namespace host

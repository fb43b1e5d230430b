/// \file
/// What the pipeline makes of one request, step by step, without anything coming of it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "explain/diagnosis.h"
#include "explain/http_capture.h"
#include "omni/adapter_registry.h"
#include "omni/explanation.h"
#include "omni/gateway.h"
#include "omni/ports/secrets_provider.h"

namespace host {

struct TraceParams {
  HttpCapture capture = {};
  const std::vector<std::string>& channels;  ///< JSON objects, as configured
  std::string public_url = {};
  std::vector<std::string> trusted_proxies = {};
  std::size_t max_body_bytes = omni::GatewayOptions{}.max_body_bytes;
  const omni::AdapterRegistry& registry;
  std::shared_ptr<omni::SecretsProvider> secrets = {};
  absl::Time now = absl::InfinitePast();
};

/// One channel that listens where the request came.
struct ChannelTrace {
  std::string id = {};
  std::string endpoint = {};      ///< its path, with parameters
  std::string external_url = {};  ///< as the signature would cover it; values of the query hidden
  bool verified = false;
  std::string verdict = {};  ///< the key that proved it, or why not
  omni::Explanation steps = {};
};

struct EventTrace {
  std::string queue = {};
  std::string group = {};
  std::string body = {};  ///< the event as JSON
};

/// What was found. Everything but `events` and `answer` may be logged.
struct Trace {
  bool accepted = false;      ///< the carrier would hear a success
  std::string own_path = {};  ///< of the host, where that one answers and no channel is asked
  int status = 0;             ///< 0: no channel was asked
  std::string answer = {};
  std::string adapter = {};
  std::string channel = {};
  std::string tenant = {};
  std::string authentication = {};  ///< `verified` `rejected` `shadow` `insecure` `none`
  std::string key_id = {};
  std::string reason = {};
  std::string message = {};
  std::string client = {};
  std::vector<ChannelTrace> channels = {};
  std::vector<EventTrace> events = {};
  std::vector<std::string> ignored = {};
  Findings findings = {};  ///< where it was not proved, or found no endpoint
};

/// Runs the request through a gateway over the configured channels with fresh stores in memory, and
/// finds out why it is refused. One at a path of the host's own is only told to be that.
///
/// Errors: InvalidArgument when no gateway accepts the channels.
[[nodiscard]] absl::StatusOr<Trace> TraceRequest(const TraceParams& params);

}  // namespace host

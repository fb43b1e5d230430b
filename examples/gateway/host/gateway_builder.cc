#include "host/gateway_builder.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "config/references.h"
#include "host/mount_table.h"
#include "host/served_channels.h"
#include "log/trace_context.h"
#include "omni/adapter_registry.h"
#include "omni/adapters/all.h"
#include "omni/components/memory.h"
#include "omni/components/memory_stores.h"
#include "omni/json.h"
#include "secrets/reference_secrets.h"
#include "server/tls.h"

namespace host {
namespace {

constexpr std::string_view kNoSuchSecret = ": there is no such secret";

std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    lines.emplace_back(line);
  }
  return lines;
}

/// The value at a path such as `channels[1].accounts.AC1.authToken[0]`, of which the first two
/// parts are known.
omni::JsonValue Follow(omni::JsonValue value, std::string_view path) {
  while (!path.empty() && value.exists()) {
    if (path.front() == '[') {
      std::size_t index = 0;
      for (path.remove_prefix(1); !path.empty() && path.front() != ']'; path.remove_prefix(1)) {
        index = index * 10 + static_cast<std::size_t>(path.front() - '0');
      }
      value = value.At(index);
      path.remove_prefix(std::min<std::size_t>(1, path.size()));
    } else {
      if (path.front() == '.') path.remove_prefix(1);
      const std::size_t end = std::min(path.find_first_of(".["), path.size());
      value = value[path.substr(0, end)];
      path.remove_prefix(end);
    }
  }
  return value;
}

/// Says which variable or file is missing. The gateway does not: to it a reference may be the
/// secret itself.
std::string ExplainMissing(const std::string& line, const HostConfig& config) {
  constexpr std::string_view kChannel = "channels[";
  if (!line.ends_with(kNoSuchSecret) || !line.starts_with(kChannel)) return line;
  const std::string_view path(line.data(), line.size() - kNoSuchSecret.size());
  const std::size_t close = path.find(']');
  const std::size_t number = std::strtoul(path.data() + kChannel.size(), nullptr, 10);
  if (close == path.npos || number >= config.channels.size()) return line;
  const auto channel = omni::JsonDocument::Parse(config.channels[number]);
  if (!channel.ok()) return line;
  const omni::JsonValue reference = Follow(channel->root(), path.substr(close + 1));
  const std::string what =
      DescribeReference(reference.is_array() ? reference.At(0).text() : reference.text());
  return what.empty() ? line : line + " (" + what + ")";
}

/// What the server would say of its certificate when it starts.
absl::Status CheckTls(const ListenConfig& listen) {
  if (!listen.tls || listen.tls->certificate.empty() || listen.tls->key.empty()) {
    return absl::OkStatus();
  }
  const absl::Status status = internal::TlsCertificate({.certificate_file = listen.tls->certificate,
                                                        .key_file = listen.tls->key})
                                  .Load();
  return status.ok() ? status : absl::InvalidArgumentError("listen.tls: " + MessageOf(status));
}

/// The secrets of the queue's engine, which is not opened to be checked.
std::vector<std::string> CheckQueueSecrets(const HostConfig& config) {
  std::vector<std::string> problems;
  const auto queue = omni::JsonDocument::Parse(config.queue_json);
  if (!queue.ok()) return problems;
  for (const std::string_view path : {"password", "secretAccessKey", "redis.password"}) {
    const omni::JsonValue reference = Follow(queue->root(), path);
    if (!reference.is_string() || reference.text().empty()) continue;
    const auto secret = ResolveReference(reference.text());
    if (secret.ok()) continue;
    problems.push_back("queue." + std::string(path) + ": " + MessageOf(secret.status()));
  }
  return problems;
}

absl::Status ProblemsError(const std::vector<std::string>& problems) {
  std::string message;
  for (const std::string& problem : problems) {
    if (!message.empty()) message += '\n';
    message += problem;
  }
  return absl::InvalidArgumentError(message);
}

}  // namespace

absl::StatusOr<std::unique_ptr<omni::Gateway>> BuildGateway(const HostConfig& config,
                                                            const GatewayParts& parts) {
  omni::AdapterRegistry::Builder adapters;
  omni::RegisterAllAdapters(adapters);
  const auto registry = std::move(adapters).Build();
  if (!registry.ok()) return registry.status();

  omni::Gateway::Builder builder;
  builder
      .SetOptions({.public_url = config.public_url,
                   .trusted_proxies = config.trusted_proxies,
                   .carry_headers = {std::string(kTraceParent)},
                   .max_body_bytes = MountTable(config, *registry).max_body_bytes(),
                   .enqueue_timeout = config.enqueue_timeout,
                   .idempotency_lease =
                       std::max(absl::Minutes(1), config.enqueue_timeout + absl::Seconds(30)),
                   .fragment_patience = config.fragment_patience})
      .SetSink(parts.engine.sink)
      .SetIdempotencyStore(parts.engine.idempotency)
      .SetSecretsProvider(parts.secrets)
      .SetFragmentStore(parts.engine.fragments)
      .SetMappingStore(parts.engine.mappings)
      .SetConversationStore(parts.engine.conversations)
      .SetMediaStore(parts.engine.media)
      .SetQuarantineStore(parts.engine.quarantine)
      .SetHttpClient(parts.http_client)
      .SetAdmission(parts.admission)
      .SetObserver(parts.observer);
  for (const std::string& channel : ServedChannels(config)) builder.AddChannelJson(channel);
  auto gateway = std::move(builder).Build(*registry);
  std::vector<std::string> problems;
  for (const std::string& line : Lines(MessageOf(gateway.status()))) {
    problems.push_back(ExplainMissing(line, config));
  }
  for (std::string& problem : CheckBodyLimits(config)) problems.push_back(std::move(problem));
  if (!problems.empty()) return ProblemsError(problems);
  return gateway;
}

absl::StatusOr<omni::KeyRing> ResolveAdminToken(const HostConfig& config,
                                                omni::SecretsProvider& secrets) {
  omni::KeyRing::Keys keys;
  std::vector<std::string> problems;
  for (const std::string& reference : config.admin.token) {
    const auto ring = secrets.Lookup({.reference = reference, .name = "admin.token"});
    const bool usable = ring.ok() && !ring->empty() && !ring->keys().front()->secret().empty();
    if (usable) {
      keys.insert(keys.end(), ring->keys().begin(), ring->keys().end());
      continue;
    }
    const std::string what = DescribeReference(reference);
    problems.push_back("admin.token" + std::string(kNoSuchSecret) +
                       (what.empty() ? "" : " (" + what + ")"));
  }
  if (!problems.empty()) return ProblemsError(problems);
  return omni::KeyRing(std::move(keys));
}

std::vector<std::string> CheckConfig(const HostConfig& config) {
  // The stores of the memory engine stand for those of the queue, which may be in use.
  const Engine stand_in{.sink = std::make_shared<omni::MemoryQueue>(),
                        .idempotency = omni::MakeMemoryIdempotencyStore({}),
                        .fragments = omni::MakeMemoryFragmentStore({})};
  const auto secrets = MakeReferenceSecrets();
  std::vector<std::string> problems;
  const auto add = [&problems](const absl::Status& status) {
    for (std::string& line : Lines(MessageOf(status))) problems.push_back(std::move(line));
  };
  add(CheckTls(config.listen));
  for (std::string& problem : CheckQueueSecrets(config)) problems.push_back(std::move(problem));
  HostConfig checked = config;
  if (const auto tokens = ResolveAdminToken(config, *secrets); !tokens.ok()) {
    add(tokens.status());
    checked.admin.token.clear();  // said once is enough
  }
  add(BuildGateway(checked, {.engine = stand_in, .secrets = secrets}).status());
  return problems;
}

}  // namespace host

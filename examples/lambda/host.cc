#include "host.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "log.h"
#include "omni/adapter_registry.h"
#include "omni/adapters/all.h"
#include "omni/components/aws_secrets.h"
#include "omni/components/curl.h"
#include "omni/components/memory.h"
#include "omni/components/secrets.h"
#include "omni/components/sqs.h"
#include "omni/json.h"

namespace lambda {
namespace {

std::optional<std::string> Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

absl::StatusOr<std::shared_ptr<omni::QueueSink>> OpenQueue() {
  const auto prefix = Variable("OMNI_QUEUE_PREFIX");
  if (!prefix) {
    return absl::InvalidArgumentError(
        "OMNI_QUEUE_PREFIX is not set: there is no queue for the events");
  }
  omni::SqsOptions options;
  options.aws.endpoint = Variable("AWS_ENDPOINT_URL_SQS").value_or("");
  options.name_prefix = *prefix;
  auto queue = omni::OpenSqs(options);
  if (!queue.ok()) return queue.status();
  return queue->sink;
}

/// `env:NAME`, `file:PATH`, `aws:NAME#KEY`; a secret in the clear is not taken.
absl::StatusOr<std::shared_ptr<omni::SecretsProvider>> OpenSecrets() {
  omni::AwsSecretsOptions options;
  options.aws.endpoint = Variable("AWS_ENDPOINT_URL_SECRETS_MANAGER").value_or("");
  auto aws = omni::MakeAwsSecrets(options);
  if (!aws.ok()) return aws.status();
  return omni::MakeSchemeSecrets({.schemes = {{"env", omni::MakeEnvironmentSecrets()},
                                              {"file", omni::MakeFileSecrets({})},
                                              {"aws", *std::move(aws)}},
                                  .allow_literals = false});
}

absl::StatusOr<omni::JsonDocument> ReadChannels() {
  std::string text = Variable("OMNI_CHANNELS").value_or("");
  if (!text.starts_with('[')) {  // a function's variables have 4 KB in all
    std::ifstream file(text);
    if (!file) return absl::InvalidArgumentError("OMNI_CHANNELS is no JSON array and no file");
    text.assign(std::istreambuf_iterator<char>(file), {});
  }
  auto channels = omni::JsonDocument::Parse(text);
  if (!channels.ok() || channels->root().size() == 0 || !channels->root().is_array()) {
    return absl::InvalidArgumentError("OMNI_CHANNELS must be a JSON array of channels");
  }
  return channels;
}

/// The URL of the events comes before any channel's `publicUrl`, so that would be without effect.
absl::Status CheckPublicUrls(omni::JsonValue channels, bool is_called_directly) {
  for (const omni::JsonValue channel : channels.elements()) {
    if (is_called_directly && channel["publicUrl"].exists()) {
      return absl::InvalidArgumentError("a channel has a publicUrl: set OMNI_PUBLIC_URL as well");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Host> OpenHost() {
  const auto channels = ReadChannels();
  if (!channels.ok()) return channels.status();
  const std::string public_url = Variable("OMNI_PUBLIC_URL").value_or("");
  if (const auto status = CheckPublicUrls(channels->root(), public_url.empty()); !status.ok()) {
    return status;
  }
  auto queue = OpenQueue();
  if (!queue.ok()) return queue.status();
  auto secrets = OpenSecrets();
  if (!secrets.ok()) return secrets.status();
  auto client = omni::MakeCurlHttpClient({});
  if (!client.ok()) return client.status();

  omni::AdapterRegistry::Builder adapters;
  omni::RegisterAllAdapters(adapters);
  const auto registry = std::move(adapters).Build();
  if (!registry.ok()) return registry.status();

  Host host;
  host.is_called_directly = public_url.empty();
  host.sink = std::make_shared<DeadlineSink>(*std::move(queue));
  omni::Gateway::Builder builder;
  builder
      .SetOptions({.public_url = public_url, .carry_headers = {"traceparent", "x-amzn-trace-id"}})
      .SetSink(host.sink)
      // The queue drops what comes twice within five minutes, to whichever instance. This store is
      // for later retries, which often meet the same warm instance.
      .SetIdempotencyStore(omni::MakeMemoryIdempotencyStore({.max_keys = 100'000}))
      .SetSecretsProvider(*std::move(secrets))
      .SetHttpClient(*std::move(client))
      .SetObserver(std::make_shared<Log>());
  for (const omni::JsonValue channel : channels->root().elements()) {
    builder.AddChannelJson(channel.raw());
  }
  auto gateway = std::move(builder).Build(*registry);
  if (!gateway.ok()) return gateway.status();
  host.gateway = *std::move(gateway);
  return host;
}

}  // namespace lambda

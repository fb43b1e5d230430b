/// \file
/// The queue on Amazon SQS: docs/sqs.md.

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/broker.h"
#include "engine/engine_types.h"
#include "omni/components/sqs.h"
#include "secrets/reference_secrets.h"

namespace host {
namespace {

/// Where one of omni's queues is, when its name does not say it.
struct SqsQueueUrl {
  std::string queue = {};  ///< `acme:sms:inbound`
  std::string url = {};
};
BOOST_DESCRIBE_STRUCT(SqsQueueUrl, (), (queue, url))

struct SqsKeys {
  std::string region = {};  ///< empty: as AWS's own tools find it
  std::string endpoint = {};
  std::string access_key_id = {};      ///< empty: as AWS's own tools find it
  std::string secret_access_key = {};  ///< a reference
  std::vector<SqsQueueUrl> queues = {};
  std::string name_prefix = {};
  bool fifo = true;
  bool create_missing = false;
  std::int64_t max_attempts = 3;
};
BOOST_DESCRIBE_STRUCT(SqsKeys, (),
                      (region, endpoint, access_key_id, secret_access_key, queues, name_prefix,
                       fifo, create_missing, max_attempts))

class SqsEngineOptions final : public EngineOptions {
 public:
  SqsEngineOptions(SqsKeys keys, BrokerKeys around)
      : keys_(std::move(keys)), around_(std::move(around)) {}

  absl::StatusOr<Engine> Open() const override {
    auto queue = Connect();
    if (!queue.ok()) return queue.status();
    return SurroundBroker(std::move(queue->sink), std::move(queue->source), around_);
  }
  absl::StatusOr<std::shared_ptr<omni::QueueSource>> OpenSource() const override {
    auto queue = Connect();
    if (!queue.ok()) return queue.status();
    return std::move(queue->source);
  }
  [[nodiscard]] absl::Duration source_patience() const override { return kBrokerPatience; }

 private:
  [[nodiscard]] absl::StatusOr<omni::SqsQueue> Connect() const {
    omni::SqsOptions options;
    options.aws.region = keys_.region;
    options.aws.endpoint = keys_.endpoint;
    options.aws.access_key_id = keys_.access_key_id;
    if (!keys_.secret_access_key.empty()) {
      auto secret = ResolveReference(keys_.secret_access_key);
      if (!secret.ok()) return secret.status();
      options.aws.secret_access_key = *std::move(secret);
    }
    for (const SqsQueueUrl& each : keys_.queues) options.queue_urls[each.queue] = each.url;
    options.name_prefix = keys_.name_prefix;
    options.fifo = keys_.fifo;
    options.create_missing = keys_.create_missing;
    options.max_attempts = static_cast<int>(keys_.max_attempts);
    return omni::OpenSqs(options);
  }

  const SqsKeys keys_;
  const BrokerKeys around_;
};

}  // namespace

std::shared_ptr<const EngineOptions> ReadSqsEngine(omni::ConfigReader& reader) {
  SqsKeys keys;
  reader.Read(keys);
  if (keys.access_key_id.empty() != keys.secret_access_key.empty()) {
    reader.Fail(keys.access_key_id.empty() ? "accessKeyId" : "secretAccessKey",
                "required: the two belong together");
  }
  if (keys.max_attempts < 1 || keys.max_attempts > 1'000) {
    reader.Fail("maxAttempts", "expected an integer from 1 to 1000");
  }
  BrokerKeys around = ReadBrokerKeys(reader);
  return std::make_shared<SqsEngineOptions>(std::move(keys), std::move(around));
}

}  // namespace host

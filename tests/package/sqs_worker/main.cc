// Keeps what a gateway receives in SQS, with secrets from Secrets Manager.
#include <cstdio>
#include <future>
#include <memory>
#include <string>

#include "omni/components/aws_secrets.h"
#include "omni/components/sqs.h"
#include "omni/gateway.h"

namespace {

absl::StatusOr<omni::SqsQueue> OpenQueue(const std::string& endpoint,
                                         omni::Gateway::Builder& builder) {
  omni::SqsOptions options;
  options.aws.region = "eu-central-1";
  options.aws.endpoint = endpoint;  // empty: the region's own
  options.queue_urls = {
      {"acme:sms:inbound", "https://sqs.eu-central-1.amazonaws.com/123456789012/inbound.fifo"}};
  options.create_missing = true;
  auto queue = omni::OpenSqs(options);
  if (queue.ok()) builder.SetSink(queue->sink);
  return queue;
}

absl::Status UseSecrets(omni::Gateway::Builder& builder) {
  omni::AwsSecretsOptions options;
  options.aws.region = "eu-central-1";
  auto secrets = omni::MakeAwsSecrets(options);
  if (!secrets.ok()) return secrets.status();
  builder.SetSecretsProvider(*secrets);
  return absl::OkStatus();
}

}  // namespace

int main() {
  omni::Gateway::Builder builder;
  auto queue = OpenQueue("http://127.0.0.1:9", builder);  // nobody listens
  if (!queue.ok() || !UseSecrets(builder).ok()) return 1;
  omni::Envelope envelope;
  envelope.queue = "acme:sms:inbound";
  envelope.body = "{}";
  std::promise<bool> accepted;
  queue->sink->Enqueue({.envelopes = {envelope}, .deadline = absl::UnixEpoch()},
                       [&accepted](const omni::Settlement& settlement) {
                         accepted.set_value(settlement.outcomes.at(0).ok());
                       });
  return accepted.get_future().get() ? 2 : 0;
}

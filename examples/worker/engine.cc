#include "engine.h"

#include <string>

#ifdef WORKER_SQLITE
#include "omni/components/sqlite.h"
#endif
#ifdef WORKER_RABBITMQ
#include "omni/components/rabbitmq.h"
#endif
#ifdef WORKER_SQS
#include "omni/components/sqs.h"
#endif

absl::StatusOr<Engine> OpenEngine(std::string_view name) {
#ifdef WORKER_SQLITE
  if (name.starts_with("sqlite:")) {
    omni::SqliteOptions options;
    options.path = name.substr(7);
    auto store = omni::OpenSqlite(options);
    if (!store.ok()) return store.status();
    return Engine{store->sink, store->source};
  }
#endif
#ifdef WORKER_RABBITMQ
  if (name.starts_with("amqp://") || name.starts_with("amqps://")) {
    omni::RabbitMqOptions options;
    options.url = name;
    auto queue = omni::OpenRabbitMq(std::move(options));
    if (!queue.ok()) return queue.status();
    return Engine{queue->sink, queue->source};
  }
#endif
#ifdef WORKER_SQS
  if (name.starts_with("sqs:")) {
    omni::SqsOptions options;
    options.aws.region = name.substr(4);
    auto queue = omni::OpenSqs(options);
    if (!queue.ok()) return queue.status();
    return Engine{queue->sink, queue->source};
  }
#endif
  return absl::InvalidArgumentError("no such engine here: " + std::string(name));
}

#include "engine/broker.h"

#include <boost/describe.hpp>
#include <filesystem>
#include <system_error>
#include <utility>

#include "omni/components/spool.h"
#include "omni/components/sqlite.h"
#include "secrets/reference_secrets.h"
#ifdef OMNI_HOST_REDIS
#include "omni/components/redis.h"
#endif

namespace host {

BOOST_DESCRIBE_STRUCT(SpoolKeys, (), (path, always))
BOOST_DESCRIBE_STRUCT(RedisKeys, (), (host, port, password))
BOOST_DESCRIBE_STRUCT(BrokerKeys, (), (stores, spool, redis))

namespace {

void MakeFolderOf(const std::string& path) {
  std::error_code ignored;  // opening says it better
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
}

/// Asks for dead letters of a queue that nobody has: what does not answer cannot be reached.
absl::Status Probe(omni::QueueSource& source) {
  const absl::Status status = source.Redrive({.queue = "omni:probe", .limit = 1}).status();
  const bool away = absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
  return away ? status : absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<omni::IdempotencyStore>> OpenRedis(const RedisKeys& keys) {
#ifdef OMNI_HOST_REDIS
  omni::RedisOptions options;
  options.host = keys.host;
  options.port = static_cast<int>(keys.port);
  if (!keys.password.empty()) {
    auto password = ResolveReference(keys.password);
    if (!password.ok()) return password.status();
    options.password = *std::move(password);
  }
  return omni::MakeRedisIdempotencyStore(std::move(options));
#else
  static_cast<void>(keys);
  return absl::UnimplementedError("queue.redis: this omni was built without Redis");
#endif
}

}  // namespace

BrokerKeys ReadBrokerKeys(omni::ConfigReader& reader) {
  BrokerKeys keys;
  reader.Read(keys);
  if (keys.stores.empty()) {
    reader.Fail("stores", "required: the name of an SQLite file for what the broker does not keep");
  }
  if (keys.spool && keys.spool->path.empty()) {
    reader.Fail("spool.path", "required: the name of the file");
  }
  if (keys.redis && (keys.redis->port < 1 || keys.redis->port > 65'535)) {
    reader.Fail("redis.port", "expected an integer from 1 to 65535");
  }
  return keys;
}

absl::StatusOr<Engine> SurroundBroker(std::shared_ptr<omni::QueueSink> sink,
                                      std::shared_ptr<omni::QueueSource> source,
                                      const BrokerKeys& keys) {
  MakeFolderOf(keys.stores);
  auto stores = omni::OpenSqlite({.path = keys.stores});
  if (!stores.ok()) return stores.status();
  if (keys.redis) {
    auto claims = OpenRedis(*keys.redis);
    if (!claims.ok()) return claims.status();
    stores->idempotency = *std::move(claims);
  }
  std::function<std::size_t()> spool_depth;
  if (keys.spool) {
    MakeFolderOf(keys.spool->path);
    omni::SpoolOptions options;
    options.path = keys.spool->path;
    options.mode = keys.spool->always ? omni::SpoolMode::kAlways : omni::SpoolMode::kOnFailure;
    auto spool = omni::OpenSpool(std::move(sink), options);
    if (!spool.ok()) return spool.status();
    // Whoever asks must not be the last to have it.
    spool_depth = [weak = std::weak_ptr<omni::Spool>(*spool)]() -> std::size_t {
      const auto there = weak.lock();
      return there == nullptr ? 0 : there->stats().waiting;
    };
    sink = *std::move(spool);
  }
  const auto find = [media = stores->media](std::string_view id) { return media->Find(id); };
  const auto probe = [source] { return Probe(*source); };
  return Engine{.sink = std::move(sink),
                .source = std::move(source),
                .idempotency = std::move(stores->idempotency),
                .fragments = std::move(stores->fragments),
                .quarantine = std::move(stores->quarantine),
                .mappings = std::move(stores->mappings),
                .conversations = std::move(stores->conversations),
                .media = std::move(stores->media),
                .find_media = std::make_shared<const Engine::FindMedia>(find),
                .probe = std::make_shared<const Engine::Probe>(probe),
                .spool_depth = std::move(spool_depth),
                .state_path = keys.stores};
}

}  // namespace host

/// \file
/// What stands around the queue of a broker: it keeps nothing but envelopes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/engine.h"
#include "omni/support/config.h"

namespace host {

/// Of a source that has to connect first.
inline constexpr absl::Duration kBrokerPatience = absl::Seconds(3);

/// A file that goes on accepting while the broker is down: docs/spool.md.
struct SpoolKeys {
  std::string path = {};
  bool always = false;  ///< everything goes through the file
};
/// Claims that several hosts share: docs/redis.md.
struct RedisKeys {
  std::string host = "127.0.0.1";
  std::int64_t port = 6379;
  std::string password = {};  ///< a reference
};
struct BrokerKeys {
  std::string stores = {};  ///< an SQLite file for everything but the queue
  std::optional<SpoolKeys> spool = {};
  std::optional<RedisKeys> redis = {};
};

/// Reads these keys of the `queue` setting, beside those that `reader` knows already.
[[nodiscard]] BrokerKeys ReadBrokerKeys(omni::ConfigReader& reader);

/// An engine of a broker's two sides and what stands around them.
[[nodiscard]] absl::StatusOr<Engine> SurroundBroker(std::shared_ptr<omni::QueueSink> sink,
                                                    std::shared_ptr<omni::QueueSource> source,
                                                    const BrokerKeys& keys);

}  // namespace host

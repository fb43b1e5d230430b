/// \file
/// Claims in Redis, for hosts that run several gateways.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/export.h"
#include "omni/ports/idempotency_store.h"
#include "omni/secret.h"

namespace omni::inline v0_1 {

struct RedisOptions {
  std::string host = "127.0.0.1";
  int port = 6379;
  std::string unix_socket = {};  ///< when set, instead of host and port

  std::string user = {};  ///< of Redis' access lists; empty: the default user
  Secret password = {};   ///< empty: none
  int database = 0;
  std::string prefix = "omni:";  ///< of every key

  absl::Duration connect_timeout = absl::Seconds(2);
  absl::Duration call_timeout = absl::Seconds(2);  ///< how long a Begin blocks at most
  absl::Duration min_backoff = absl::Milliseconds(50);
  absl::Duration max_backoff = absl::Seconds(5);
  std::size_t max_pending = 50'000;  ///< keys that Redis has not answered; beyond: Unavailable
};

/// An idempotency store in a Redis of version 5 or later, over one connection with a thread of its
/// own. All calls share it, without waiting for each other's answers.
///
/// - Leases and keep times are measured by Redis: `now` of a call is not used.
/// - Each key is worked on by one script, so it is claimed by one gateway only. Redis keeps a hash
///   of the key and no part of it.
/// - When Redis is out of reach the answer is Unavailable, at once where that is known already. It
///   is never that a key was not seen.
/// - When Begin fails its keys are abandoned where Redis can still be told; else they are in flight
///   until their lease runs out.
/// - Complete and Abandon do not wait for Redis. What they were told goes before whatever is asked
///   later, and over the next connection when this one breaks; when Redis goes out of reach before
///   it has it, the key is in flight until its lease runs out.
/// - Destroying the store sends what is waiting, as long as Redis answers and for about
///   `call_timeout` at most.
/// - What Redis forgets is not known any more: docs/redis.md says how to keep it from that.
///
/// Errors: InvalidArgument (an option), Unavailable (no thread or no descriptor is left). Whether
/// Redis is there is seen at the first call.
[[nodiscard]] OMNI_EXPORT absl::StatusOr<std::shared_ptr<IdempotencyStore>>
MakeRedisIdempotencyStore(RedisOptions options);

}  // namespace omni::inline v0_1

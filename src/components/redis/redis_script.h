/// \file
/// What runs inside Redis. Each script works on one key, so that it may run on any node of a
/// cluster.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace omni::inline v0_1 {
namespace internal {

enum class RedisScript : std::size_t { kBegin, kComplete, kAbandon };
inline constexpr std::size_t kRedisScriptCount = 3;

/// What Begin answers.
enum class RedisClaim : std::int64_t { kNew = 0, kInFlight = 1, kDone = 2 };

[[nodiscard]] std::string_view SourceOf(RedisScript script);

/// One run of a script on one key.
struct RedisCommand {
  RedisScript script = RedisScript::kBegin;
  std::string key = {};
  std::vector<std::string> arguments = {};
};

}  // namespace internal
}  // namespace omni::inline v0_1

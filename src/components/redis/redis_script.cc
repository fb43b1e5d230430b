#include "components/redis/redis_script.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

// A key holds `f` and its holder's token while it is in flight, and `d` when it is done. A holder
// that asks twice, because the connection broke before the answer came, still holds it.
constexpr std::array<std::string_view, kRedisScriptCount> kSources = {
    R"lua(
local value = redis.call('GET', KEYS[1])
if value == 'd' then return 2 end
if value and value ~= 'f' .. ARGV[1] then return 1 end
redis.call('SET', KEYS[1], 'f' .. ARGV[1], 'PX', ARGV[2])
return 0
)lua",
    R"lua(
local value = redis.call('GET', KEYS[1])
if value and value ~= 'f' .. ARGV[1] then return 0 end
redis.call('SET', KEYS[1], 'd', 'PX', ARGV[2])
return 1
)lua",
    R"lua(
if redis.call('GET', KEYS[1]) ~= 'f' .. ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
)lua",
};

}  // namespace

std::string_view SourceOf(RedisScript script) { return kSources[static_cast<std::size_t>(script)]; }

}  // namespace internal
}  // namespace omni::inline v0_1

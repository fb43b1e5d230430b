#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "components/redis/redis_loop.h"
#include "omni/components/redis.h"
#include "omni/error.h"
#include "omni/ports/entropy.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// Of 128 bits of the key's hash: short, and nobody reads a phone number in it. The braces make it
/// what a cluster places the key by.
std::string RedisKey(const std::string& prefix, std::string_view key) {
  constexpr std::size_t kHashBytes = 16;
  const Sha256Digest digest = Sha256(key);
  return std::string(prefix)
      .append("{")
      .append(HexEncode(std::string_view(digest.data(), kHashBytes)))
      .append("}");
}

std::string Milliseconds(absl::Duration duration) {
  constexpr absl::Duration kLongest = absl::Hours(24 * 3650);
  const absl::Duration bounded = std::clamp(duration, absl::Milliseconds(1), kLongest);
  return std::to_string(absl::ToInt64Milliseconds(absl::Ceil(bounded, absl::Milliseconds(1))));
}

/// Thread safety: thread-safe.
class RedisIdempotencyStore final : public IdempotencyStore {
 public:
  explicit RedisIdempotencyStore(std::unique_ptr<RedisLoop> loop) : loop_(std::move(loop)) {}

  [[nodiscard]] absl::Status Begin(const BeginParams& params, std::span<Claim> claims) override;
  absl::Status Complete(const CompleteParams& params) override;
  absl::Status Abandon(const AbandonParams& params) override;

 private:
  [[nodiscard]] std::shared_ptr<RedisCall> Post(std::vector<RedisCommand> commands) {
    auto call = std::make_shared<RedisCall>(std::move(commands));
    loop_->Post(call);
    return call;
  }
  absl::Status Await(RedisCall& call) {
    return call.Await(std::chrono::steady_clock::now() +
                      absl::ToChronoNanoseconds(loop_->options().call_timeout));
  }
  /// A command on each key for its holder.
  template <class Claims>
  std::vector<RedisCommand> OnEach(RedisScript script, const Claims& claims,
                                   const std::vector<std::string>& more) const;

  const std::unique_ptr<RedisLoop> loop_;
};

template <class Claims>
std::vector<RedisCommand> RedisIdempotencyStore::OnEach(
    RedisScript script, const Claims& claims, const std::vector<std::string>& more) const {
  std::vector<RedisCommand> commands;
  commands.reserve(claims.size());
  for (const Held& held : claims) {
    RedisCommand command{.script = script,
                         .key = RedisKey(loop_->options().prefix, held.key),
                         .arguments = {std::to_string(held.token)}};
    command.arguments.insert(command.arguments.end(), more.begin(), more.end());
    commands.push_back(std::move(command));
  }
  return commands;
}

absl::Status RedisIdempotencyStore::Begin(const BeginParams& params, std::span<Claim> claims) {
  std::vector<Held> wanted;
  wanted.reserve(params.keys.size());
  for (const std::string_view key : params.keys) {
    std::array<std::uint8_t, sizeof(std::uint64_t)> token = {};
    MakeSystemEntropy()->Fill(token);
    wanted.push_back({.key = key, .token = std::bit_cast<std::uint64_t>(token)});
  }
  if (wanted.empty()) return absl::OkStatus();
  const auto call = Post(OnEach(RedisScript::kBegin, wanted, {Milliseconds(params.lease)}));
  if (absl::Status status = Await(*call); !status.ok()) {
    // Some may be claimed. Nobody waits for this: what cannot be told any more ends by its lease.
    (void)Post(OnEach(RedisScript::kAbandon, wanted, {}));
    return status;
  }
  const std::vector<std::int64_t> answers = call->answers();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto answer = static_cast<RedisClaim>(answers[i]);
    if (answer == RedisClaim::kNew) {
      claims[i] = {.state = ClaimState::kNew, .token = wanted[i].token};
    } else {
      const bool is_done = answer == RedisClaim::kDone;
      claims[i] = {.state = is_done ? ClaimState::kDone : ClaimState::kInFlight};
    }
  }
  return absl::OkStatus();
}

// Whoever ends a claim is often the thread of the sink, which has better to do than to wait. What
// is asked later over the same connection comes behind it.
absl::Status RedisIdempotencyStore::Complete(const CompleteParams& params) {
  if (params.claims.empty()) return absl::OkStatus();
  const std::string keep = Milliseconds(params.keep);
  return Post(OnEach(RedisScript::kComplete, params.claims, {keep}))->failure();
}

absl::Status RedisIdempotencyStore::Abandon(const AbandonParams& params) {
  if (params.claims.empty()) return absl::OkStatus();
  return Post(OnEach(RedisScript::kAbandon, params.claims, {}))->failure();
}

absl::Status OptionError(const std::string& problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, problem,
                   {.reason = "invalid_option", .blame = Blame::kHost});
}

absl::Status CheckOptions(const RedisOptions& options) {
  if (options.unix_socket.empty()) {
    if (options.host.empty()) return OptionError("host is empty");
    if (options.port < 1 || options.port > 65535) return OptionError("port must be 1 to 65535");
  }
  if (options.database < 0) return OptionError("database must not be negative");
  if (options.prefix.find_first_of("{}") != options.prefix.npos) {
    return OptionError("prefix must not hold braces");
  }
  if (!options.user.empty() && options.password.empty()) {
    return OptionError("a user needs a password");
  }
  for (const absl::Duration duration :
       {options.connect_timeout, options.call_timeout, options.min_backoff, options.max_backoff}) {
    if (duration <= absl::ZeroDuration()) return OptionError("times must be positive");
  }
  if (options.max_backoff < options.min_backoff) {
    return OptionError("max_backoff must not be below min_backoff");
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace internal

absl::StatusOr<std::shared_ptr<IdempotencyStore>> MakeRedisIdempotencyStore(RedisOptions options) {
  OMNI_RETURN_IF_ERROR(internal::CheckOptions(options));
  OMNI_ASSIGN_OR_RETURN(auto loop, internal::RedisLoop::Start(std::move(options)));
  return std::make_shared<internal::RedisIdempotencyStore>(std::move(loop));
}

}  // namespace omni::inline v0_1

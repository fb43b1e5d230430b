/// \file
/// One connection to Redis that never blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "omni/components/redis.h"

struct redisContext;

namespace omni::inline v0_1 {
namespace internal {

struct RedisReply {
  enum class Kind { kNumber, kText, kError };
  Kind kind = Kind::kText;
  std::int64_t number = 0;
  std::string text = {};
};

/// Thread safety: confined.
class RedisConnection {
 public:
  /// Begins to connect. Errors: Unavailable.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<RedisConnection>> Begin(
      const RedisOptions& options);
  ~RedisConnection();
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  [[nodiscard]] int descriptor() const;
  /// Whether something waits to be written.
  [[nodiscard]] bool wants_write() const { return wants_write_; }

  void Append(const std::vector<std::string_view>& words);
  /// Writes, or reads, as much as is possible. Errors: Unavailable when the connection is gone.
  absl::Status Write();
  absl::Status Read();
  /// The next reply that has come whole.
  [[nodiscard]] absl::StatusOr<std::optional<RedisReply>> Next();

 private:
  explicit RedisConnection(redisContext* context) : context_(context) {}
  [[nodiscard]] absl::Status Lost() const;

  redisContext* const context_;
  bool wants_write_ = false;
};

}  // namespace internal
}  // namespace omni::inline v0_1

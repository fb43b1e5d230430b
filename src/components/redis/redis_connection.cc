#include "components/redis/redis_connection.h"

#include <hiredis/hiredis.h>

namespace omni::inline v0_1 {
namespace internal {

absl::StatusOr<std::unique_ptr<RedisConnection>> RedisConnection::Begin(
    const RedisOptions& options) {
  redisContext* const context = options.unix_socket.empty()
                                    ? redisConnectNonBlock(options.host.c_str(), options.port)
                                    : redisConnectUnixNonBlock(options.unix_socket.c_str());
  if (context == nullptr) return absl::UnavailableError("no connection is left");
  std::unique_ptr<RedisConnection> connection(new RedisConnection(context));
  if (context->err != 0) return connection->Lost();
  return connection;
}

RedisConnection::~RedisConnection() { redisFree(context_); }

int RedisConnection::descriptor() const { return context_->fd; }

absl::Status RedisConnection::Lost() const {
  return absl::UnavailableError(static_cast<const char*>(context_->errstr));
}

void RedisConnection::Append(const std::vector<std::string_view>& words) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string_view word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  redisAppendCommandArgv(context_, static_cast<int>(words.size()), texts.data(), sizes.data());
  wants_write_ = true;
}

absl::Status RedisConnection::Write() {
  int is_done = 0;
  if (redisBufferWrite(context_, &is_done) != REDIS_OK) return Lost();
  wants_write_ = is_done == 0;
  return absl::OkStatus();
}

absl::Status RedisConnection::Read() {
  return redisBufferRead(context_) == REDIS_OK ? absl::OkStatus() : Lost();
}

absl::StatusOr<std::optional<RedisReply>> RedisConnection::Next() {
  void* raw = nullptr;
  if (redisGetReplyFromReader(context_, &raw) != REDIS_OK) return Lost();
  if (raw == nullptr) return std::nullopt;
  const std::unique_ptr<void, decltype(&freeReplyObject)> owner(raw, &freeReplyObject);
  const auto& reply = *static_cast<const redisReply*>(raw);
  if (reply.type == REDIS_REPLY_INTEGER) {
    return RedisReply{.kind = RedisReply::Kind::kNumber, .number = reply.integer};
  }
  const bool is_error = reply.type == REDIS_REPLY_ERROR;
  return RedisReply{
      .kind = is_error ? RedisReply::Kind::kError : RedisReply::Kind::kText,
      .text = reply.str == nullptr ? std::string() : std::string(reply.str, reply.len)};
}

}  // namespace internal
}  // namespace omni::inline v0_1

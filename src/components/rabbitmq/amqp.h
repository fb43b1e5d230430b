/// \file
/// librabbitmq, and texts as it takes them.
#pragma once

#if __has_include(<rabbitmq-c/amqp.h>)
#include <rabbitmq-c/amqp.h>
#include <rabbitmq-c/framing.h>
#include <rabbitmq-c/ssl_socket.h>
#include <rabbitmq-c/tcp_socket.h>
#else
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#endif

#include <string_view>

namespace omni::inline v0_1 {
namespace internal::amqp {

/// Lifetime: the text's. librabbitmq reads it, though its type does not say so.
[[nodiscard]] inline amqp_bytes_t ToAmqp(std::string_view text) {
  return {.len = text.size(), .bytes = const_cast<char*>(text.data())};
}
[[nodiscard]] inline std::string_view FromAmqp(const amqp_bytes_t& bytes) {
  return {static_cast<const char*>(bytes.bytes), bytes.len};
}

}  // namespace internal::amqp
}  // namespace omni::inline v0_1

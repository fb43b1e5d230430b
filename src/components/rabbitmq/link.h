/// \file
/// One connection to the broker.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "components/rabbitmq/amqp.h"
#include "components/rabbitmq/settings.h"

namespace omni::inline v0_1 {
namespace internal::amqp {

/// Lets a thread sleep on a socket, and be woken.
///
/// Thread safety: Notify is thread-safe; Wait belongs to one thread.
class Wake {
 public:
  /// Errors: Unavailable.
  static absl::StatusOr<std::unique_ptr<Wake>> Make();
  ~Wake();
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  void Notify() const;
  /// Until Notify was called, the socket (when there is one) can be read, or the time is over.
  void Wait(std::optional<int> socket, std::chrono::milliseconds timeout);

 private:
  explicit Wake(int event) : event_(event) {}
  const int event_;
};

/// An error that is Unavailable is the connection's end; any other closed the channel only.
///
/// Thread safety: confined, but for Abort.
class Link {
 public:
  /// Connects and logs in. Errors: Unavailable, Unauthenticated (the broker's refusal).
  static absl::StatusOr<std::unique_ptr<Link>> Open(const Settings& settings);
  /// Tells the broker goodbye, if it is there to hear it.
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  [[nodiscard]] amqp_connection_state_t state() const { return state_; }
  [[nodiscard]] int socket() const { return amqp_get_sockfd(state_); }

  absl::Status OpenChannel(amqp_channel_t channel);
  /// What became of the call that was made over the channel.
  absl::Status Check(amqp_channel_t channel, const std::string& what);
  /// The same of a call that has told it.
  absl::Status CheckReply(const amqp_rpc_reply_t& reply, amqp_channel_t channel,
                          const std::string& what);
  /// What became of a call that has no answer: librabbitmq's number for it.
  absl::Status CheckSent(int code, const std::string& what);

  /// The next frame if there is one: it is good until Release. Sends heartbeats that are due.
  absl::StatusOr<bool> Next(amqp_frame_t& frame);
  void Release() { amqp_maybe_release_buffers(state_); }
  /// The broker ended the channel or the connection, as the frame says; answers it.
  absl::Status OnClose(const amqp_frame_t& frame);

  /// Makes whatever waits for the socket fail. From any thread.
  void Abort() const;

 private:
  explicit Link(amqp_connection_state_t state) : state_(state) {}
  absl::Status Connect(const Settings& settings);
  absl::Status Login(const Settings& settings);
  absl::Status Lost(const std::string& why);

  const amqp_connection_state_t state_;
  int abort_socket_ = -1;
  bool is_lost_ = false;
};

}  // namespace internal::amqp
}  // namespace omni::inline v0_1

#include "components/rabbitmq/link.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_bridge.h"
#include "base/status_macros.h"

namespace omni::inline v0_1 {
namespace internal::amqp {
namespace {

constexpr int kMaxFrame = 131072;

/// What the broker says when it ends a channel.
absl::Status ChannelError(const std::string& what, const amqp_channel_close_t& close) {
  const std::string text = absl::StrCat("cannot ", what, ": ", ToAbsl(FromAmqp(close.reply_text)));
  switch (close.reply_code) {
    case AMQP_NOT_FOUND:
      return absl::NotFoundError(text);
    case AMQP_ACCESS_REFUSED:
      return absl::PermissionDeniedError(text);
    case AMQP_RESOURCE_LOCKED:
    case AMQP_PRECONDITION_FAILED:
      return absl::FailedPreconditionError(text);
    default:
      return absl::InternalError(text);
  }
}

bool IsAddress(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes;
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

/// librabbitmq compares names only with names of hosts and trusts no certificate by itself: OpenSSL
/// does both better.
absl::Status SetTls(amqp_socket_t* socket, const Settings& settings) {
  const RabbitMqTls& tls = settings.options.tls;
  amqp_ssl_socket_set_verify_peer(socket, tls.verify_peer ? 1 : 0);
  amqp_ssl_socket_set_verify_hostname(socket, 0);
  if (amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST) != AMQP_STATUS_OK) {
    return absl::UnavailableError("TLS 1.2 is not there");
  }
  auto* const context = static_cast<SSL_CTX*>(amqp_ssl_socket_get_context(socket));
  if (tls.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context);
  } else if (amqp_ssl_socket_set_cacert(socket, tls.ca_file.c_str()) != AMQP_STATUS_OK) {
    return absl::UnavailableError("no certificates in " + tls.ca_file);
  }
  if (!tls.certificate_file.empty() &&
      amqp_ssl_socket_set_key(socket, tls.certificate_file.c_str(), tls.key_file.c_str()) !=
          AMQP_STATUS_OK) {
    return absl::UnavailableError("no certificate and key of it in " + tls.certificate_file);
  }
  if (tls.verify_peer && tls.verify_host) {
    X509_VERIFY_PARAM* const parameters = SSL_CTX_get0_param(context);
    if (IsAddress(settings.host)) {
      X509_VERIFY_PARAM_set1_ip_asc(parameters, settings.host.c_str());
    } else {
      X509_VERIFY_PARAM_set1_host(parameters, settings.host.c_str(), 0);
    }
  }
  return absl::OkStatus();
}

amqp_table_entry_t Entry(const char* key) {
  amqp_table_entry_t entry = {};
  entry.key = amqp_cstring_bytes(key);
  return entry;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Wake>> Wake::Make() {
  const int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (event < 0) return absl::UnavailableError("no descriptor is left");
  return std::unique_ptr<Wake>(new Wake(event));
}

Wake::~Wake() { close(event_); }

void Wake::Notify() const {
  const std::uint64_t one = 1;
  // It fails only when the count is full, and then the sleeper is awake.
  if (write(event_, &one, sizeof(one)) < 0) return;
}

void Wake::Wait(std::optional<int> socket, std::chrono::milliseconds timeout) {
  std::array<pollfd, 2> entries = {{{.fd = event_, .events = POLLIN, .revents = 0},
                                    {.fd = socket.value_or(-1), .events = POLLIN, .revents = 0}}};
  poll(entries.data(), entries.size(), static_cast<int>(timeout.count()));
  std::uint64_t count = 0;
  if (read(event_, &count, sizeof(count)) < 0) return;  // it was not the event
}

absl::StatusOr<std::unique_ptr<Link>> Link::Open(const Settings& settings) {
  amqp_connection_state_t state = amqp_new_connection();
  if (state == nullptr) return absl::UnavailableError("out of memory");
  std::unique_ptr<Link> link(new Link(state));
  link->is_lost_ = true;  // nobody to say goodbye to yet
  OMNI_RETURN_IF_ERROR(link->Connect(settings));
  OMNI_RETURN_IF_ERROR(link->Login(settings));
  link->is_lost_ = false;
  return link;
}

Link::~Link() {
  if (!is_lost_) {
    const timeval patience = absl::ToTimeval(absl::Seconds(1));
    amqp_set_rpc_timeout(state_, &patience);
    amqp_connection_close(state_, AMQP_REPLY_SUCCESS);
  }
  amqp_destroy_connection(state_);
  if (abort_socket_ >= 0) close(abort_socket_);
}

absl::Status Link::Connect(const Settings& settings) {
  const timeval timeout = absl::ToTimeval(settings.options.connect_timeout);
  amqp_set_handshake_timeout(state_, &timeout);
  amqp_set_rpc_timeout(state_, &timeout);
  amqp_socket_t* const socket =
      settings.uses_tls ? amqp_ssl_socket_new(state_) : amqp_tcp_socket_new(state_);
  if (socket == nullptr) return absl::UnavailableError("out of memory");
  if (settings.uses_tls) OMNI_RETURN_IF_ERROR(SetTls(socket, settings));
  const int code = amqp_socket_open_noblock(socket, settings.host.c_str(), settings.port, &timeout);
  OMNI_RETURN_IF_ERROR(CheckSent(code, absl::StrCat("connect to ", settings.host)));
  abort_socket_ = dup(amqp_get_sockfd(state_));
  return absl::OkStatus();
}

absl::Status Link::Login(const Settings& settings) {
  OMNI_ASSIGN_OR_RETURN(const Secret secret, settings.Password());
  std::string password(secret.Reveal());  // with a zero behind it
  std::array<amqp_table_entry_t, 4> capabilities;
  std::size_t count = 0;
  for (const char* name :
       {"publisher_confirms", "consumer_cancel_notify", "connection.blocked", "basic.nack"}) {
    capabilities[count] = Entry(name);
    capabilities[count].value.kind = AMQP_FIELD_KIND_BOOLEAN;
    capabilities[count++].value.value.boolean = 1;
  }
  std::array<amqp_table_entry_t, 2> properties = {Entry("capabilities"), Entry("connection_name")};
  properties[0].value.kind = AMQP_FIELD_KIND_TABLE;
  properties[0].value.value.table = {.num_entries = static_cast<int>(capabilities.size()),
                                     .entries = capabilities.data()};
  properties[1].value.kind = AMQP_FIELD_KIND_UTF8;
  properties[1].value.value.bytes = amqp_cstring_bytes("omni");
  const amqp_table_t table = {.num_entries = static_cast<int>(properties.size()),
                              .entries = properties.data()};
  const amqp_rpc_reply_t reply = amqp_login_with_properties(
      state_, settings.vhost.c_str(), 0, kMaxFrame,
      static_cast<int>(absl::ToInt64Seconds(settings.options.heartbeat)), &table,
      AMQP_SASL_METHOD_PLAIN, settings.user.c_str(), password.c_str());
  std::fill(password.begin(), password.end(), '\0');
  if (reply.reply_type == AMQP_RESPONSE_NORMAL) return absl::OkStatus();
  if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) {
    return CheckSent(reply.library_error, "log in");
  }
  return Lost("the broker refused the login");
}

absl::Status Link::Lost(const std::string& why) {
  is_lost_ = true;
  return absl::UnavailableError(why);
}

absl::Status Link::OpenChannel(amqp_channel_t channel) {
  amqp_channel_open(state_, channel);
  return Check(channel, "open a channel");
}

absl::Status Link::Check(amqp_channel_t channel, const std::string& what) {
  return CheckReply(amqp_get_rpc_reply(state_), channel, what);
}

absl::Status Link::CheckReply(const amqp_rpc_reply_t& reply, amqp_channel_t channel,
                              const std::string& what) {
  if (reply.reply_type == AMQP_RESPONSE_NORMAL) return absl::OkStatus();
  if (reply.reply_type != AMQP_RESPONSE_SERVER_EXCEPTION) {
    return CheckSent(reply.library_error, what);
  }
  amqp_frame_t frame = {};
  frame.channel = channel;
  frame.payload.method = reply.reply;
  absl::Status status = OnClose(frame);
  if (reply.reply.id != AMQP_CHANNEL_CLOSE_METHOD || absl::IsUnavailable(status)) return status;
  return ChannelError(what, *static_cast<amqp_channel_close_t*>(reply.reply.decoded));
}

absl::Status Link::CheckSent(int code, const std::string& what) {
  if (code == AMQP_STATUS_OK) return absl::OkStatus();
  return Lost(absl::StrCat("cannot ", what, ": ", amqp_error_string2(code)));
}

absl::Status Link::OnClose(const amqp_frame_t& frame) {
  const amqp_method_t& method = frame.payload.method;
  if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
    amqp_channel_close_ok_t answer = {};
    OMNI_RETURN_IF_ERROR(
        CheckSent(amqp_send_method(state_, frame.channel, AMQP_CHANNEL_CLOSE_OK_METHOD, &answer),
                  "close a channel"));
    return ChannelError("go on", *static_cast<amqp_channel_close_t*>(method.decoded));
  }
  std::string why = "the broker closed the connection";
  if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
    const auto* close = static_cast<amqp_connection_close_t*>(method.decoded);
    absl::StrAppend(&why, ": ", ToAbsl(FromAmqp(close->reply_text)));
    amqp_connection_close_ok_t answer = {};
    amqp_send_method(state_, 0, AMQP_CONNECTION_CLOSE_OK_METHOD, &answer);
  }
  return Lost(why);
}

absl::StatusOr<bool> Link::Next(amqp_frame_t& frame) {
  const timeval at_once = {.tv_sec = 0, .tv_usec = 0};
  const int code = amqp_simple_wait_frame_noblock(state_, &frame, &at_once);
  if (code == AMQP_STATUS_TIMEOUT) return false;
  OMNI_RETURN_IF_ERROR(CheckSent(code, "hear from the broker"));
  if (frame.frame_type == AMQP_FRAME_METHOD &&
      frame.payload.method.id == AMQP_CONNECTION_CLOSE_METHOD) {
    return OnClose(frame);
  }
  return true;
}

void Link::Abort() const { shutdown(abort_socket_, SHUT_RDWR); }

}  // namespace internal::amqp
}  // namespace omni::inline v0_1

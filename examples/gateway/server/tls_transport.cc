#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cstdint>

#include "raw_socket.h"
#include "transport.h"

namespace host::internal {
namespace {

// OpenSSL's own socket BIO writes with write(2), which raises SIGPIPE.
int SocketOf(BIO* bio) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

int Finish(BIO* bio, IoResult result, int retry_flag, std::size_t* size) {
  BIO_clear_retry_flags(bio);
  if (result.io == Io::kMoved) {
    *size = result.size;
    return 1;
  }
  if (result.io == Io::kWantsRead || result.io == Io::kWantsWrite) {
    BIO_set_flags(bio, retry_flag | BIO_FLAGS_SHOULD_RETRY);
  }
  if (result.io == Io::kEnded) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return 0;
}

int WriteBio(BIO* bio, const char* data, std::size_t size, std::size_t* written) {
  return Finish(bio, SendTo(SocketOf(bio), {data, size}), BIO_FLAGS_WRITE, written);
}

int ReadBio(BIO* bio, char* data, std::size_t size, std::size_t* read) {
  return Finish(bio, ReceiveFrom(SocketOf(bio), {data, size}), BIO_FLAGS_READ, read);
}

long ControlBio(BIO* bio, int command, long, void*) {  // NOLINT(google-runtime-int)
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_EOF:
      return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    default:
      return 0;
  }
}

const BIO_METHOD* SocketMethod() {
  static const BIO_METHOD* const kMethod = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
    BIO_meth_set_write_ex(made, WriteBio);
    BIO_meth_set_read_ex(made, ReadBio);
    BIO_meth_set_ctrl(made, ControlBio);
    return made;
  }();
  return kMethod;
}

class TlsTransport final : public Transport {
 public:
  TlsTransport(int socket, SSL* ssl) : socket_(socket), ssl_(ssl) {}
  ~TlsTransport() override { SSL_free(ssl_); }
  TlsTransport(const TlsTransport&) = delete;
  TlsTransport& operator=(const TlsTransport&) = delete;

  IoResult Handshake() override { return Result(SSL_accept(ssl_), 0); }
  IoResult Read(std::span<char> buffer) override {
    std::size_t size = 0;
    const int code = SSL_read_ex(ssl_, buffer.data(), buffer.size(), &size);
    return Result(code, size);
  }
  IoResult Write(std::string_view bytes) override {
    std::size_t size = 0;
    const int code = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &size);
    return Result(code, size);
  }
  [[nodiscard]] bool ShortReadTakesAll() const override { return false; }  // but one record
  void EndWriting() override {
    ERR_clear_error();
    SSL_shutdown(ssl_);
    ERR_clear_error();
    ::shutdown(socket_, SHUT_WR);
  }
  IoResult Discard(std::span<char> buffer) override { return ReceiveFrom(socket_, buffer); }

 private:
  IoResult Result(int code, std::size_t size) {
    if (code > 0) return {.io = Io::kMoved, .size = size};
    const int error = SSL_get_error(ssl_, code);
    ERR_clear_error();  // the queue is the thread's: it must not speak of this to another
    switch (error) {
      case SSL_ERROR_WANT_READ:
        return {.io = Io::kWantsRead};
      case SSL_ERROR_WANT_WRITE:
        return {.io = Io::kWantsWrite};
      case SSL_ERROR_ZERO_RETURN:
        return {.io = Io::kEnded};
      default:
        return {.io = Io::kFailed};
    }
  }

  const int socket_;
  SSL* const ssl_;
};

}  // namespace

std::unique_ptr<Transport> MakeTlsTransport(int socket, SSL_CTX* context) {
  SSL* const ssl = SSL_new(context);
  BIO* const bio = ssl == nullptr ? nullptr : BIO_new(SocketMethod());
  if (bio == nullptr) {
    SSL_free(ssl);
    return nullptr;
  }
  // NOLINTNEXTLINE(performance-no-int-to-ptr): OpenSSL keeps a pointer
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
  return std::make_unique<TlsTransport>(socket, ssl);
}

}  // namespace host::internal

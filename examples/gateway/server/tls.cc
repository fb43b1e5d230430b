#include "tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace host::internal {
namespace {

absl::Status Failure(const std::string& what) {
  std::string reason;
  if (const char* text = ERR_reason_error_string(ERR_peek_last_error())) reason = text;
  ERR_clear_error();
  return absl::InvalidArgumentError(reason.empty() ? what : what + ": " + reason);
}

// A client that offers protocols must offer HTTP/1.1.
int ChooseProtocol(SSL*, const unsigned char** chosen, unsigned char* size,
                   const unsigned char* offered, unsigned int offered_size, void*) {
  static constexpr unsigned char kOurs[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* match = nullptr;
  const int found =
      SSL_select_next_proto(&match, size, kOurs, sizeof(kOurs), offered, offered_size);
  *chosen = match;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// A key with a passphrase cannot be asked for: nobody sits at a server's terminal.
int NoPassphrase(char*, int, int, void*) { return 0; }

}  // namespace

absl::Status TlsCertificate::Load() {
  ERR_clear_error();
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (context == nullptr) return Failure("TLS cannot be set up");
  SSL_CTX* const raw = context.get();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  // With forward secrecy and authenticated encryption only.
  SSL_CTX_set_cipher_list(raw, "ECDHE+AESGCM:ECDHE+CHACHA20");
  // An idle connection holds no buffers, and a write may go on from another address.
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                            SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Sessions are resumed by tickets; the server remembers none.
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(raw, ChooseProtocol, nullptr);
  SSL_CTX_set_default_passwd_cb(raw, NoPassphrase);
  if (SSL_CTX_use_certificate_chain_file(raw, options_.certificate_file.c_str()) != 1) {
    return Failure("the certificate " + options_.certificate_file + " cannot be used");
  }
  if (SSL_CTX_use_PrivateKey_file(raw, options_.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return Failure("the key " + options_.key_file + " cannot be used");
  }
  if (SSL_CTX_check_private_key(raw) != 1) {
    return Failure("the key " + options_.key_file + " is not the certificate's");
  }
  const std::lock_guard lock(mutex_);
  context_ = context;
  return absl::OkStatus();
}

std::shared_ptr<SSL_CTX> TlsCertificate::current() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

}  // namespace host::internal

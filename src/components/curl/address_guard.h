/// \file
/// Where a connection may lead, decided on the address and not on the name.
#pragma once

#include "components/curl/handles.h"

namespace omni::inline v0_1 {
namespace internal {

/// Opens the sockets of one request. For a request that may only reach public addresses it opens
/// none to another, and does not let the request have a kept connection that leads to one.
///
/// Thread safety: confined.
class AddressGuard {
 public:
  explicit AddressGuard(bool public_only) : public_only_(public_only) {}
  AddressGuard(const AddressGuard&) = delete;
  AddressGuard& operator=(const AddressGuard&) = delete;

  /// Lifetime: the guard's must cover the transfers of the handle.
  void Install(CurlSetup& setup);

  /// Before an attempt.
  void Reset() { refused_ = opened_ = false; }
  /// Whether an attempt that failed did so because each of its addresses was refused.
  [[nodiscard]] bool refused() const { return refused_ && !opened_; }

 private:
  static curl_socket_t OpenSocket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int BeforeRequest(void* self, char* peer, char* local, int peer_port, int local_port);

  const bool public_only_;
  bool refused_ = false;
  bool opened_ = false;
};

}  // namespace internal
}  // namespace omni::inline v0_1

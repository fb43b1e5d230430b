#include "components/curl/address_guard.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <optional>

#include "omni/support/target_policy.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

// The address in a socket address, which is larger than the type that it is declared with.
std::optional<IpAddress> AddressOf(const curl_sockaddr& from) {
  const void* const bytes = &from.addr;
  if (from.family == AF_INET6 && from.addrlen >= sizeof(sockaddr_in6)) {
    sockaddr_in6 address;
    std::memcpy(&address, bytes, sizeof(address));
    IpAddress ip;
    std::memcpy(ip.bytes.data(), &address.sin6_addr, ip.bytes.size());
    return ip;
  }
  if (from.family == AF_INET && from.addrlen >= sizeof(sockaddr_in)) {
    sockaddr_in address;
    std::memcpy(&address, bytes, sizeof(address));
    IpAddress ip = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}};
    std::memcpy(&ip.bytes[12], &address.sin_addr, sizeof(address.sin_addr));
    return ip;
  }
  return std::nullopt;
}

bool IsPublic(const std::optional<IpAddress>& address) {
  return address && IsPublicAddress(*address);
}

}  // namespace

void AddressGuard::Install(CurlSetup& setup) {
  setup.Set(CURLOPT_OPENSOCKETFUNCTION, &OpenSocket);
  setup.Set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
  setup.Set(CURLOPT_PREREQFUNCTION, &BeforeRequest);
  setup.Set(CURLOPT_PREREQDATA, static_cast<void*>(this));
}

curl_socket_t AddressGuard::OpenSocket(void* self, curlsocktype /*purpose*/,
                                       curl_sockaddr* address) {
  auto& guard = *static_cast<AddressGuard*>(self);
  if (guard.public_only_ && !IsPublic(AddressOf(*address))) {
    guard.refused_ = true;
    return CURL_SOCKET_BAD;
  }
  guard.opened_ = true;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// A connection that another request opened has not come by OpenSocket.
int AddressGuard::BeforeRequest(void* self, char* peer, char* /*local*/, int /*peer_port*/,
                                int /*local_port*/) {
  auto& guard = *static_cast<AddressGuard*>(self);
  if (!guard.public_only_ || IsPublic(IpAddress::Parse(peer))) return CURL_PREREQFUNC_OK;
  guard.refused_ = true;
  guard.opened_ = false;
  return CURL_PREREQFUNC_ABORT;
}

}  // namespace internal
}  // namespace omni::inline v0_1

#include "control/line_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace host {
namespace {

// How long an answer may take: the other side waits for messages for a much shorter time.
constexpr timeval kPatience = {.tv_sec = 30, .tv_usec = 0};

/// The path as an address; nothing when it is too long for one.
std::optional<sockaddr_un> AddressOf(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return std::nullopt;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

const sockaddr* Generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

int OpenSocket() { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }

}  // namespace

LineSocket::~LineSocket() {
  if (descriptor_ >= 0) close(descriptor_);
}

absl::StatusOr<LineSocket> LineSocket::Connect(const std::string& path) {
  const auto address = AddressOf(path);
  LineSocket connected(OpenSocket());
  if (!address || connect(connected.descriptor_, Generic(*address), sizeof(*address)) != 0) {
    return absl::UnavailableError("the process that has the queue does not listen at " + path);
  }
  setsockopt(connected.descriptor_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
  return connected;
}

std::optional<std::string> LineSocket::Read(std::size_t max_bytes) {
  std::size_t searched = 0;
  while (true) {
    const std::size_t end = buffer_.find('\n', searched);
    if (end != buffer_.npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    searched = buffer_.size();
    if (searched > max_bytes) return std::nullopt;
    char chunk[16 << 10];
    const ssize_t count = recv(descriptor_, chunk, sizeof(chunk), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;
    buffer_.append(chunk, static_cast<std::size_t>(count));
  }
}

bool LineSocket::Write(std::string line) const {
  line.push_back('\n');
  for (std::string_view rest = line; !rest.empty();) {
    const ssize_t count = send(descriptor_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void LineSocket::Shut() const { shutdown(descriptor_, SHUT_RDWR); }

absl::StatusOr<int> ListenAt(const std::string& path) {
  const auto address = AddressOf(path);
  if (!address) return absl::UnavailableError(path + " is too long for the name of a socket");
  const int descriptor = OpenSocket();
  if (descriptor < 0) return absl::UnavailableError("no descriptor is left");
  unlink(path.c_str());  // of a process that was killed: whoever has the file's lock owns it
  const mode_t before = umask(0177);
  const bool bound = bind(descriptor, Generic(*address), sizeof(*address)) == 0;
  umask(before);
  if (bound && listen(descriptor, 8) == 0) return descriptor;
  close(descriptor);
  return absl::UnavailableError("there can be no socket at " + path);
}

}  // namespace host

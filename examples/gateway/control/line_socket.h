/// \file
/// Lines over a Unix socket.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

namespace host {

/// A connected socket. Blocking.
///
/// Thread safety: confined; Shut may be called by any thread while it lives.
class LineSocket {
 public:
  explicit LineSocket(int descriptor) : descriptor_(descriptor) {}
  ~LineSocket();
  LineSocket(LineSocket&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), buffer_(std::move(other.buffer_)) {}
  LineSocket& operator=(LineSocket&&) = delete;

  /// Read gives up on an answer that takes too long. Errors: Unavailable when nobody listens there.
  static absl::StatusOr<LineSocket> Connect(const std::string& path);

  /// The next line, without its break; nothing at the end, or beyond `max_bytes`.
  std::optional<std::string> Read(std::size_t max_bytes);
  /// Whether the line went out.
  bool Write(std::string line) const;
  /// Ends what Read is waiting for.
  void Shut() const;

 private:
  int descriptor_;
  std::string buffer_;
};

/// A socket that listens at that path, which it takes over; only this user can connect.
///
/// Errors: Unavailable, saying why.
[[nodiscard]] absl::StatusOr<int> ListenAt(const std::string& path);

}  // namespace host

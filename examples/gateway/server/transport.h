// A socket's bytes, plain or through TLS, without waiting.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

struct ssl_ctx_st;

namespace host::internal {

enum class Io { kMoved, kWantsRead, kWantsWrite, kEnded, kFailed };

struct IoResult {
  Io io = Io::kFailed;
  std::size_t size = 0;  ///< when kMoved, more than 0
};

/// Uses a socket that somebody else owns, waits on and closes.
///
/// Thread safety: confined.
class Transport {
 public:
  virtual ~Transport() = default;
  /// kMoved: done.
  virtual IoResult Handshake() = 0;
  virtual IoResult Read(std::span<char> buffer) = 0;
  virtual IoResult Write(std::string_view bytes) = 0;
  /// Whether a Read that gave less than it had room for has taken all there was.
  [[nodiscard]] virtual bool ShortReadTakesAll() const = 0;
  /// Tells the client that nothing more follows.
  virtual void EndWriting() = 0;
  /// Reads what nobody wants to know.
  virtual IoResult Discard(std::span<char> buffer) = 0;
};

std::unique_ptr<Transport> MakePlainTransport(int socket);
/// Null when there is no memory for it.
std::unique_ptr<Transport> MakeTlsTransport(int socket, ssl_ctx_st* context);

}  // namespace host::internal

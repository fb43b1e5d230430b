// One thread of the server: an event loop with the connections that it serves.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <cstddef>
#include <ctime>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>

#include "absl/container/flat_hash_map.h"
#include "http_server.h"
#include "mailbox.h"
#include "owned_socket.h"
#include "patience.h"
#include "tally.h"
#include "tls.h"

namespace host::internal {

class Connection;

/// What all loops of a server use. Immutable, and as long-lived as the server.
struct Service {
  ServerOptions options = {};
  HttpServer::Handler handler = {};
  HttpServer::ErrorFormatter format_error = {};
  std::unique_ptr<TlsCertificate> tls = {};  ///< null: plain
  std::shared_ptr<Tally> tally = {};
};

/// Thread safety: confined to its thread, but for mailbox(), load() and IsCurrent().
class Loop {
 public:
  explicit Loop(const Service& service);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void Start();
  /// Cuts all connections and ends the thread. Called from another one.
  void Stop();

  [[nodiscard]] const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
  /// How many connections it has, or is about to have.
  [[nodiscard]] std::atomic<std::size_t>& load() { return load_; }
  /// Whether the calling thread is that loop's, which need not exist any more.
  [[nodiscard]] static bool IsCurrent(const Loop* loop);

  [[nodiscard]] const Service& service() const { return service_; }
  [[nodiscard]] boost::asio::io_context& io() { return io_; }
  [[nodiscard]] bool is_draining() const { return is_draining_; }

  /// Takes over an accepted, non-blocking socket.
  void Adopt(OwnedSocket socket, bool is_ipv6, std::string peer);
  void Forget(Connection& connection);
  /// Closes the connection that has been idle longest, or else waits longest for a request.
  bool Evict();
  void BeginDrain();
  void CutAll();

  /// Gives the waiter that much time from now, or until then.
  void SetPatience(Waiter& waiter, Patience patience);
  void SetPatience(Waiter& waiter, Patience patience, Clock::time_point deadline);
  [[nodiscard]] Clock::time_point Deadline(Patience patience) const;

  /// Where whatever was read or is to be written may stand until the next event.
  [[nodiscard]] std::span<char> input() { return input_; }
  [[nodiscard]] std::string& output() { return output_; }
  /// For the `Date` field.
  [[nodiscard]] std::string_view date();

 private:
  /// From now on, what is waiting included.
  void Shorten(Patience patience, Clock::duration most);
  void Run();
  void Tick();
  [[nodiscard]] Clock::duration TickLength() const;

  const Service& service_;
  boost::asio::io_context io_;
  const std::shared_ptr<Mailbox> mailbox_;
  std::atomic<std::size_t> load_ = 0;

  boost::asio::steady_timer timer_;
  std::array<Clock::duration, static_cast<std::size_t>(Patience::kCount)> patience_;
  PatienceQueues queues_;
  absl::flat_hash_map<Connection*, boost::intrusive_ptr<Connection>> connections_;
  bool is_draining_ = false;

  std::array<char, 64 << 10> input_;
  std::string output_;
  std::time_t date_of_ = 0;
  std::string date_;
  std::thread thread_;
};

}  // namespace host::internal

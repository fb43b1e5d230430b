// One thread of the server: an event loop with the connections that it serves.
#pragma once

#include <array>
#include <atomic>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <cstddef>
#include <ctime>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "http_server.h"
#include "mailbox.h"
#include "owned_socket.h"
#include "patience.h"
#include "poller.h"
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

/// Works in rounds: what other threads posted, then every socket that is ready, then what the round
/// has left for its end: answers above all. To send each of them at once would wake its client,
/// and that costs more than what is sent; so close together, most find their client awake.
///
/// Thread safety: confined to its thread, but for mailbox(), load() and IsCurrent().
class Loop {
 public:
  explicit Loop(const Service& service);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// False when there was no descriptor left for it.
  [[nodiscard]] bool is_open() const { return is_open_; }
  void Start();
  /// Cuts all connections and ends the thread. Called from another one.
  void Stop();

  [[nodiscard]] const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
  /// How many connections it has, or is about to have.
  [[nodiscard]] std::atomic<std::size_t>& load() { return load_; }
  /// Whether the calling thread is that loop's, which need not exist any more.
  [[nodiscard]] static bool IsCurrent(const Loop* loop);
  /// The calling thread's; null when it has none.
  [[nodiscard]] static Loop* Current();

  [[nodiscard]] const Service& service() const { return service_; }
  [[nodiscard]] Poller& poller() { return poller_; }
  [[nodiscard]] bool is_draining() const { return is_draining_; }

  /// Takes over an accepted, non-blocking socket.
  void Adopt(OwnedSocket socket, std::string peer);
  void Forget(Connection& connection);
  /// Closes the connection that has been idle longest, or else waits longest for a request.
  bool Evict();
  void BeginDrain();
  void CutAll();

  /// Runs the task before the loop sleeps again, with others that this round leaves.
  void RunAtEndOfRound(Mailbox::Task task) { at_end_.push_back(std::move(task)); }
  /// Whether answers wait for the end of the round; then the connection says that it has some.
  [[nodiscard]] bool defers() const { return defers_; }
  void Defer(Connection& connection);
  /// Tells the connection in the next round, as if its socket had become ready.
  void TellAgain(Connection& connection);
  /// Runs the task when that time is over.
  void RunAfter(Clock::duration time, Mailbox::Task task);

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
  struct Alarm {
    Clock::time_point time = {};
    Mailbox::Task task = {};
  };

  /// From now on, what is waiting included.
  void Shorten(Patience patience, Clock::duration most);
  void Run();
  void RunRound();
  /// Ends a round that takes long in between: the first shall not wait for all the others.
  void CountStep(std::size_t& steps, Clock::time_point& end_by);
  void EndRound();
  void WriteDeferred();
  void RunDue(Clock::time_point now);
  void Tick(Clock::time_point now);
  [[nodiscard]] Clock::duration TickLength() const;
  [[nodiscard]] std::chrono::milliseconds UntilNextDue() const;

  const Service& service_;
  Poller poller_;
  const std::shared_ptr<Mailbox> mailbox_;
  bool is_open_ = false;
  std::atomic<std::size_t> load_ = 0;

  bool stops_ = false;
  bool defers_ = false;
  std::vector<Mailbox::Task> tasks_;   ///< of this round
  std::vector<Mailbox::Task> at_end_;  ///< of it
  std::vector<boost::intrusive_ptr<Connection>> deferred_;
  std::vector<boost::intrusive_ptr<Connection>> ready_again_;
  std::vector<Alarm> alarms_;
  Clock::time_point next_tick_ = {};

  std::array<Clock::duration, static_cast<std::size_t>(Patience::kCount)> patience_;
  PatienceQueues queues_;
  absl::flat_hash_map<Connection*, boost::intrusive_ptr<Connection>> connections_;
  /// Closed in this round: the kernel's word on them may still be to be read.
  std::vector<boost::intrusive_ptr<Connection>> closed_;
  bool is_draining_ = false;

  std::array<char, 64 << 10> input_;
  std::string output_;
  std::time_t date_of_ = 0;
  std::string date_;
  std::thread thread_;
};

}  // namespace host::internal

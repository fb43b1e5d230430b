#include "loop.h"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <utility>

#include "connection.h"
#include "transport.h"

namespace host::internal {
namespace {

using Tcp = boost::asio::ip::tcp;

// How long a client may take to notice that it was sent away.
constexpr auto kLinger = std::chrono::seconds(1);
// While draining, for that and for being idle: a request that is on its way is still answered.
constexpr auto kDrainPatience = std::chrono::milliseconds(250);
// While draining, for a request to arrive: a client that dawdles does not hold up the end.
constexpr auto kDrainArrival = std::chrono::seconds(5);

constinit thread_local const Loop* current_loop = nullptr;

Clock::duration Duration(absl::Duration duration) {
  return absl::ToChronoNanoseconds(std::min(duration, absl::Hours(24 * 365)));
}

}  // namespace

Loop::Loop(const Service& service)
    : service_(service),
      io_(1),
      mailbox_(std::make_shared<Mailbox>(io_)),
      timer_(io_),
      patience_() {
  const ServerOptions& options = service_.options;
  const auto set = [this](Patience patience, Clock::duration duration) {
    patience_[static_cast<std::size_t>(patience)] = duration;
  };
  set(Patience::kIdle, Duration(options.idle_timeout));
  set(Patience::kHandshake, Duration(options.header_timeout));
  set(Patience::kHead, Duration(options.header_timeout));
  set(Patience::kBody, Duration(options.body_timeout));
  set(Patience::kWrite, Duration(options.write_timeout));
  set(Patience::kLinger, kLinger);
}

Loop::~Loop() { mailbox_->Close(); }

void Loop::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Loop::Stop() {
  mailbox_->Post([this] {
    CutAll();
    io_.stop();
  });
  if (thread_.joinable()) thread_.join();
  mailbox_->Close();
  CutAll();  // what came after
}

bool Loop::IsCurrent(const Loop* loop) { return current_loop == loop; }

void Loop::Run() {
  current_loop = this;
  Tick();
  io_.run();
  current_loop = nullptr;
}

void Loop::Adopt(OwnedSocket socket, bool is_ipv6, std::string peer) {
  const std::size_t capacity = std::max<std::size_t>(
      1, service_.options.max_connections / static_cast<std::size_t>(service_.options.threads));
  while (connections_.size() >= capacity) {
    if (!Evict()) break;
  }
  const std::shared_ptr<ssl_ctx_st> tls =
      service_.tls == nullptr ? nullptr : service_.tls->current();
  std::unique_ptr<Transport> transport =
      tls == nullptr ? MakePlainTransport(socket.get()) : MakeTlsTransport(socket.get(), tls.get());
  Tcp::socket watched(io_);
  boost::system::error_code error = boost::asio::error::no_buffer_space;
  if (connections_.size() < capacity && transport != nullptr) {
    watched.assign(is_ipv6 ? Tcp::v6() : Tcp::v4(), socket.get(), error);
  }
  if (error) {
    load_.fetch_sub(1, std::memory_order_relaxed);
    return service_.tally->CountClosed();
  }
  socket.Release();
  const boost::intrusive_ptr<Connection> connection(
      new Connection(*this, std::move(watched), std::move(transport), std::move(peer)));
  connections_.emplace(connection.get(), connection);
  connection->Start();
}

void Loop::Forget(Connection& connection) {
  load_.fetch_sub(1, std::memory_order_relaxed);
  service_.tally->CountClosed();
  connections_.erase(&connection);
}

bool Loop::Evict() {
  for (const Patience patience :
       {Patience::kIdle, Patience::kLinger, Patience::kHandshake, Patience::kHead}) {
    PatienceQueues::Queue& queue = queues_.of(patience);
    if (queue.empty()) continue;
    static_cast<Connection&>(queue.front()).Close();
    return true;
  }
  return false;
}

void Loop::BeginDrain() {
  is_draining_ = true;
  for (const Patience patience : {Patience::kIdle, Patience::kLinger}) {
    Shorten(patience, kDrainPatience);
  }
  for (const Patience patience : {Patience::kHandshake, Patience::kHead, Patience::kBody}) {
    Shorten(patience, kDrainArrival);
  }
  const auto connections = connections_;
  for (const auto& [key, connection] : connections) connection->BeginDrain();
  timer_.cancel();
}

void Loop::Shorten(Patience patience, Clock::duration most) {
  Clock::duration& duration = patience_[static_cast<std::size_t>(patience)];
  duration = std::min(duration, most);
  const Clock::time_point latest = Clock::now() + duration;
  for (Waiter& waiter : queues_.of(patience)) waiter.deadline = std::min(waiter.deadline, latest);
}

void Loop::CutAll() {
  const auto connections = std::exchange(connections_, {});
  for (const auto& [key, connection] : connections) {
    if (connection->OwesAnswer()) service_.tally->CountCut();
    connection->Close();
  }
}

Clock::time_point Loop::Deadline(Patience patience) const {
  return Clock::now() + patience_[static_cast<std::size_t>(patience)];
}

void Loop::SetPatience(Waiter& waiter, Patience patience) {
  SetPatience(waiter, patience, Deadline(patience));
}

void Loop::SetPatience(Waiter& waiter, Patience patience, Clock::time_point deadline) {
  queues_.Set(waiter, patience, deadline);
}

std::string_view Loop::date() {
  const std::time_t now = std::time(nullptr);
  if (now != date_of_) {
    date_of_ = now;
    date_ =
        absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", absl::FromTimeT(now), absl::UTCTimeZone());
  }
  return date_;
}

Clock::duration Loop::TickLength() const {
  const Clock::duration shortest = *std::min_element(patience_.begin(), patience_.end());
  return std::clamp<Clock::duration>(shortest / 8, std::chrono::milliseconds(5),
                                     std::chrono::milliseconds(250));
}

void Loop::Tick() {
  const Clock::time_point now = Clock::now();
  while (Waiter* const waiter = queues_.PopExpired(now)) {
    const boost::intrusive_ptr<Connection> connection(static_cast<Connection*>(waiter));
    connection->OnOutOfPatience();
  }
  timer_.expires_after(TickLength());
  timer_.async_wait([this](const boost::system::error_code&) {
    if (!io_.stopped()) Tick();
  });
}

}  // namespace host::internal

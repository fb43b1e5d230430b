#include "loop.h"

#include <algorithm>
#include <utility>

#include "connection.h"
#include "transport.h"

namespace host::internal {
namespace {

// How long a client may take to notice that it was sent away.
constexpr auto kLinger = std::chrono::seconds(1);
// While draining, for that and for being idle: a request that is on its way is still answered.
constexpr auto kDrainPatience = std::chrono::milliseconds(250);
// While draining, for a request to arrive: a client that dawdles does not hold up the end.
constexpr auto kDrainArrival = std::chrono::seconds(5);

// A round that takes longer sends what it has in between, after so many steps at the earliest.
constexpr auto kRound = std::chrono::milliseconds(2);
constexpr std::size_t kStepsBetweenLooks = 4;

constinit thread_local Loop* current_loop = nullptr;

Clock::duration Duration(absl::Duration duration) {
  return absl::ToChronoNanoseconds(std::min(duration, absl::Hours(24 * 365)));
}

}  // namespace

Loop::Loop(const Service& service)
    : service_(service),
      mailbox_(std::make_shared<Mailbox>()),
      is_open_(poller_.is_open() && mailbox_->descriptor() >= 0 &&
               poller_.WatchWakeUps(mailbox_->descriptor())),
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
    stops_ = true;
  });
  if (thread_.joinable()) thread_.join();
  mailbox_->Close();
  CutAll();  // what came after
}

bool Loop::IsCurrent(const Loop* loop) { return current_loop == loop; }

Loop* Loop::Current() { return current_loop; }

void Loop::Run() {
  current_loop = this;
  next_tick_ = Clock::now();
  while (!stops_) RunRound();
  current_loop = nullptr;
}

void Loop::RunRound() {
  closed_.clear();
  mailbox_->Take(tasks_);
  std::vector<boost::intrusive_ptr<Connection>> ready_again;
  ready_again.swap(ready_again_);
  const bool waits = tasks_.empty() && ready_again.empty();
  const Poller::Events events = poller_.Wait(waits ? UntilNextDue() : std::chrono::milliseconds(0));
  const Clock::time_point begin = Clock::now();
  Clock::time_point end_by = begin + kRound;
  std::size_t steps = 0;
  defers_ = true;
  for (Mailbox::Task& task : tasks_) {
    std::move(task)();
    CountStep(steps, end_by);
  }
  tasks_.clear();
  for (const auto& connection : ready_again) {
    connection->OnReadyAgain();
    CountStep(steps, end_by);
  }
  for (const epoll_event& event : events) {
    Watcher* const watcher = Poller::WatcherOf(event);
    if (watcher == nullptr) continue;
    watcher->OnReady(event.events);
    CountStep(steps, end_by);
  }
  EndRound();
  defers_ = false;
  RunDue(begin);
}

void Loop::CountStep(std::size_t& steps, Clock::time_point& end_by) {
  if (++steps % kStepsBetweenLooks != 0 || Clock::now() < end_by) return;
  EndRound();
  end_by = Clock::now() + kRound;
}

void Loop::EndRound() {
  while (!at_end_.empty() || !deferred_.empty()) {
    std::vector<Mailbox::Task> tasks;
    tasks.swap(at_end_);
    for (Mailbox::Task& task : tasks) std::move(task)();
    WriteDeferred();
  }
}

void Loop::Defer(Connection& connection) { deferred_.emplace_back(&connection); }

void Loop::TellAgain(Connection& connection) { ready_again_.emplace_back(&connection); }

void Loop::WriteDeferred() {
  const bool defers = std::exchange(defers_, false);  // what comes of it goes at once
  for (const auto& connection : deferred_) connection->WriteDeferred();
  deferred_.clear();
  defers_ = defers;
}

void Loop::RunAfter(Clock::duration time, Mailbox::Task task) {
  alarms_.push_back({.time = Clock::now() + time, .task = std::move(task)});
}

void Loop::RunDue(Clock::time_point now) {
  if (now >= next_tick_) Tick(now);
  for (std::size_t i = 0; i < alarms_.size();) {
    if (alarms_[i].time > now) {
      ++i;
      continue;
    }
    Mailbox::Task task = std::move(alarms_[i].task);
    alarms_.erase(alarms_.begin() + static_cast<std::ptrdiff_t>(i));
    std::move(task)();
  }
  EndRound();
}

std::chrono::milliseconds Loop::UntilNextDue() const {
  Clock::time_point next = next_tick_;
  for (const Alarm& alarm : alarms_) next = std::min(next, alarm.time);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now());
  return std::max(left, std::chrono::milliseconds(0));
}

void Loop::Adopt(OwnedSocket socket, std::string peer) {
  const std::size_t capacity = std::max<std::size_t>(
      1, service_.options.max_connections / static_cast<std::size_t>(service_.options.threads));
  while (connections_.size() >= capacity) {
    if (!Evict()) break;
  }
  const std::shared_ptr<ssl_ctx_st> tls =
      service_.tls == nullptr ? nullptr : service_.tls->current();
  std::unique_ptr<Transport> transport =
      tls == nullptr ? MakePlainTransport(socket.get()) : MakeTlsTransport(socket.get(), tls.get());
  boost::intrusive_ptr<Connection> connection;
  if (connections_.size() < capacity && transport != nullptr) {
    connection = new Connection(*this, std::move(socket), std::move(transport), std::move(peer));
  }
  if (connection == nullptr || !connection->Watch()) {
    load_.fetch_sub(1, std::memory_order_relaxed);
    return service_.tally->CountClosed();
  }
  connections_.emplace(connection.get(), connection);
  connection->Start();
}

void Loop::Forget(Connection& connection) {
  load_.fetch_sub(1, std::memory_order_relaxed);
  service_.tally->CountClosed();
  closed_.emplace_back(&connection);
  connections_.erase(&connection);
}

bool Loop::Evict() {
  WriteDeferred();  // who waits for an answer of this round is not idle
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
  WriteDeferred();
  is_draining_ = true;
  for (const Patience patience : {Patience::kIdle, Patience::kLinger}) {
    Shorten(patience, kDrainPatience);
  }
  for (const Patience patience : {Patience::kHandshake, Patience::kHead, Patience::kBody}) {
    Shorten(patience, kDrainArrival);
  }
  const auto connections = connections_;
  for (const auto& [key, connection] : connections) connection->BeginDrain();
  next_tick_ = Clock::now();
}

void Loop::Shorten(Patience patience, Clock::duration most) {
  Clock::duration& duration = patience_[static_cast<std::size_t>(patience)];
  duration = std::min(duration, most);
  const Clock::time_point latest = Clock::now() + duration;
  for (Waiter& waiter : queues_.of(patience)) waiter.deadline = std::min(waiter.deadline, latest);
}

void Loop::CutAll() {
  WriteDeferred();
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

void Loop::Tick(Clock::time_point now) {
  while (Waiter* const waiter = queues_.PopExpired(now)) {
    const boost::intrusive_ptr<Connection> connection(static_cast<Connection*>(waiter));
    connection->OnOutOfPatience();
  }
  next_tick_ = Clock::now() + TickLength();
}

}  // namespace host::internal

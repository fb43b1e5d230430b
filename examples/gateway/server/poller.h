// What the kernel says of the sockets of a loop.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "owned_socket.h"

namespace host::internal {

/// Who is told that a descriptor is ready.
class Watcher {
 public:
  /// `events`: of epoll; errors come whether they were asked for or not.
  virtual void OnReady(std::uint32_t events) = 0;

 protected:
  ~Watcher() = default;
};

/// An epoll set.
///
/// Thread safety: confined.
class Poller {
 public:
  using Events = std::span<const epoll_event>;

  Poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

  /// False when there was no descriptor left for it.
  [[nodiscard]] bool is_open() const { return epoll_.get() >= 0; }

  /// With EPOLLET, tells of what changes and not of what lasts, which is a look at every socket
  /// less for each round. A descriptor that is closed is forgotten. Lifetime: until then the
  /// watcher is there.
  [[nodiscard]] bool Watch(int descriptor, Watcher& watcher, std::uint32_t events) {
    return Control(EPOLL_CTL_ADD, descriptor, &watcher, events);
  }
  /// Something that only wakes the poller, each time that it is written to.
  [[nodiscard]] bool WatchWakeUps(int descriptor) {
    return Control(EPOLL_CTL_ADD, descriptor, nullptr, EPOLLIN | EPOLLET);
  }
  void Change(int descriptor, Watcher& watcher, std::uint32_t events) {
    Control(EPOLL_CTL_MOD, descriptor, &watcher, events);
  }

  /// What is ready, after that time at the latest. Valid until the next call.
  [[nodiscard]] Events Wait(std::chrono::milliseconds patience) {
    const int count = ::epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()),
                                   static_cast<int>(patience.count()));
    return {events_.data(), count < 0 ? 0 : static_cast<std::size_t>(count)};
  }
  /// Null for a wake-up.
  [[nodiscard]] static Watcher* WatcherOf(const epoll_event& event) {
    return static_cast<Watcher*>(event.data.ptr);
  }

 private:
  bool Control(int operation, int descriptor, Watcher* watcher, std::uint32_t events) {
    epoll_event event = {};
    event.events = events;
    event.data.ptr = watcher;
    return ::epoll_ctl(epoll_.get(), operation, descriptor, &event) == 0;
  }

  OwnedSocket epoll_;
  std::array<epoll_event, 256> events_;
};

}  // namespace host::internal

// A body that goes on: what its feeder and its connection share.
#pragma once

#include <atomic>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <cstddef>
#include <memory>
#include <string>

#include "http_server.h"
#include "mailbox.h"

namespace host::internal {

class Connection;

/// How far the feeder is ahead of the client.
///
/// Thread safety: thread-safe.
class StreamGauge {
 public:
  explicit StreamGauge(std::size_t limit) : limit_(limit) {}

  /// Whether there is room for the bytes; then they count until they are sent.
  [[nodiscard]] bool TryAdd(std::size_t size) { return waiting_.fetch_add(size) + size <= limit_; }
  void CountSent(std::size_t size) { waiting_.fetch_sub(size); }

  /// Whether it was open.
  bool Close() { return !is_closed_.exchange(true); }
  [[nodiscard]] bool is_closed() const { return is_closed_.load(); }

 private:
  const std::size_t limit_;
  std::atomic<std::size_t> waiting_ = 0;
  std::atomic<bool> is_closed_ = false;
};

/// The feeder's end. Closes the stream when it is forgotten.
///
/// Thread safety: thread-safe.
class StreamFeeder final : public ResponseStream {
 public:
  StreamFeeder(std::shared_ptr<Mailbox> mailbox, boost::intrusive_ptr<Connection> connection,
               std::shared_ptr<StreamGauge> gauge);
  ~StreamFeeder() override;
  StreamFeeder(const StreamFeeder&) = delete;
  StreamFeeder& operator=(const StreamFeeder&) = delete;

  bool Write(std::string chunk) override;
  void Close() override;

 private:
  const std::shared_ptr<Mailbox> mailbox_;
  const boost::intrusive_ptr<Connection> connection_;
  const std::shared_ptr<StreamGauge> gauge_;
};

}  // namespace host::internal

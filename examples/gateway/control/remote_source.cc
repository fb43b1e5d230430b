#include "control/remote_source.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "base/mutex.h"
#include "control/line_socket.h"
#include "control/wire.h"

namespace host {
namespace {

constexpr std::size_t kMaxAnswerBytes = std::size_t{1} << 30;

/// Thread safety: thread-safe; one call at a time.
class RemoteSource final : public omni::QueueSource {
 public:
  explicit RemoteSource(LineSocket socket) : socket_(std::move(socket)) {}

  absl::StatusOr<std::vector<omni::Delivery>> Lease(const LeaseParams& params) override;
  absl::Status Ack(const AckParams& params) override { return Done(AskAck(params)); }
  absl::Status Nack(const NackParams& params) override { return Done(AskNack(params)); }
  absl::Status Extend(const ExtendParams& params) override { return Done(AskExtend(params)); }
  absl::StatusOr<std::size_t> Redrive(const RedriveParams& params) override {
    const auto answer = Ask(AskRedrive(params));
    return answer.ok() ? ReadCount(*answer) : answer.status();
  }

 private:
  absl::StatusOr<std::string> Ask(std::string question) {
    MutexLock lock(mutex_);
    if (socket_.Write(std::move(question))) {
      if (auto answer = socket_.Read(kMaxAnswerBytes)) return *std::move(answer);
    }
    return absl::UnavailableError("the process that has the queue is gone or does not answer");
  }
  absl::Status Done(std::string question) {
    const auto answer = Ask(std::move(question));
    return answer.ok() ? ReadDone(*answer) : answer.status();
  }

  Mutex mutex_;
  LineSocket socket_ HOST_GUARDED_BY(mutex_);
};

// The other side waits for a short time only.
absl::StatusOr<std::vector<omni::Delivery>> RemoteSource::Lease(const LeaseParams& params) {
  const absl::Time end = absl::Now() + params.wait;
  LeaseParams asked = params;
  while (true) {
    const auto answer = Ask(AskLease(asked));
    if (!answer.ok()) return answer.status();
    auto deliveries = ReadDeliveries(*answer);
    asked.wait = end - absl::Now();
    if (!deliveries.ok() || !deliveries->empty() || asked.wait <= absl::ZeroDuration()) {
      return deliveries;
    }
  }
}

}  // namespace

absl::StatusOr<std::shared_ptr<omni::QueueSource>> ConnectRemoteSource(
    const std::string& socket_path) {
  auto socket = LineSocket::Connect(socket_path);
  if (!socket.ok()) return socket.status();
  return std::make_shared<RemoteSource>(*std::move(socket));
}

}  // namespace host

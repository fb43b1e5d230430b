#include "simulate/send.h"

#include <algorithm>
#include <future>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "base/mutex.h"

namespace host {
namespace {

absl::StatusOr<omni::HttpResponse> SendAndWait(omni::HttpClient& client,
                                               omni::HttpRequest request) {
  std::promise<absl::StatusOr<omni::HttpResponse>> promise;
  auto answered = promise.get_future();
  client.Send({.request = std::move(request)},
              [&promise](absl::StatusOr<omni::HttpResponse> answer) {
                promise.set_value(std::move(answer));
              });
  return answered.get();
}

/// One run of SendCases, by several threads.
///
/// Thread safety: thread-safe.
class Run {
 public:
  explicit Run(const SendCasesParams& params) : params_(params) {}

  /// Sends cases until there are no more.
  void Work();
  [[nodiscard]] absl::StatusOr<SendReport> Finish(absl::Duration elapsed);

 private:
  [[nodiscard]] bool Next(std::int64_t& index);
  void Send(std::int64_t index, const SimulatedRequest& simulated);
  void Fail(const absl::Status& status);

  const SendCasesParams& params_;
  Mutex mutex_;
  std::int64_t next_ HOST_GUARDED_BY(mutex_) = 0;
  absl::Status failure_ HOST_GUARDED_BY(mutex_);
  SendReport report_ HOST_GUARDED_BY(mutex_);
};

void Run::Work() {
  for (std::int64_t index = 0; Next(index);) {
    const auto requests = params_.build(index);
    if (!requests.ok()) return Fail(requests.status());
    for (const SimulatedRequest& request : *requests) Send(index, request);
  }
}

bool Run::Next(std::int64_t& index) {
  const MutexLock lock(mutex_);
  if (!failure_.ok() || next_ == params_.count) return false;
  index = next_++;
  return true;
}

void Run::Send(std::int64_t index, const SimulatedRequest& simulated) {
  const omni::WebhookRequest& webhook = simulated.request;
  const absl::Time sent = absl::Now();
  auto answer = SendAndWait(params_.client, {.method = webhook.method,
                                             .url = params_.url_of(webhook),
                                             .headers = webhook.headers,
                                             .body = webhook.body,
                                             .timeout = params_.timeout});
  const absl::Duration latency = absl::Now() - sent;
  const MutexLock lock(mutex_);
  ++report_.requests;
  ++report_.by_status[answer.ok() ? answer->status : 0];
  if (answer.ok()) report_.latencies.push_back(latency);
  if (answer.ok() && simulated.IsAcceptedBy(*answer)) ++report_.accepted;
  if (index == 0) report_.answers.push_back(std::move(answer));
}

void Run::Fail(const absl::Status& status) {
  const MutexLock lock(mutex_);
  failure_ = status;
}

absl::StatusOr<SendReport> Run::Finish(absl::Duration elapsed) {
  const MutexLock lock(mutex_);
  if (!failure_.ok()) return failure_;
  report_.elapsed = elapsed;
  std::sort(report_.latencies.begin(), report_.latencies.end());
  return std::move(report_);
}

}  // namespace

absl::Duration SendReport::Percentile(double p) const {
  if (latencies.empty()) return absl::ZeroDuration();
  const auto rank = static_cast<std::size_t>(p * static_cast<double>(latencies.size()));
  return latencies[std::min(rank, latencies.size() - 1)];
}

absl::StatusOr<SendReport> SendCases(const SendCasesParams& params) {
  Run run(params);
  const absl::Time start = absl::Now();
  std::vector<std::thread> others;
  for (int i = 1; i < params.concurrency; ++i) others.emplace_back([&run] { run.Work(); });
  run.Work();
  for (std::thread& thread : others) thread.join();
  return run.Finish(absl::Now() - start);
}

}  // namespace host

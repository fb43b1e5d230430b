#include "components/curl/curl_loop.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstdint>
#include <cstring>
#include <utility>

#include "components/curl/failure.h"
#include "components/curl/retry.h"
#include "omni/ports/entropy.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

// Nothing needs it: whoever submits wakes the loop up.
constexpr std::chrono::milliseconds kMaxWait = std::chrono::hours(1);

// Longer ones overflow the clock.
constexpr absl::Duration kMaxPause = absl::Hours(24 * 365);

std::uint32_t Seed() {
  std::array<std::uint8_t, sizeof(std::uint32_t)> bytes = {};
  MakeSystemEntropy()->Fill(bytes);
  std::uint32_t seed = 0;
  std::memcpy(&seed, bytes.data(), sizeof(seed));
  return seed;
}

CurlLong Bounded(std::size_t count) {
  return static_cast<CurlLong>(std::min<std::size_t>(count, INT_MAX));
}

}  // namespace

absl::StatusOr<std::shared_ptr<CurlLoop>> CurlLoop::Make(const CurlHttpClientOptions& options) {
  CurlMultiHandle multi(curl_multi_init());
  // The wake-up fails where there was no descriptor left for it.
  if (multi == nullptr || curl_multi_wakeup(multi.get()) != CURLM_OK) {
    return absl::UnavailableError("libcurl has not got what it needs to start");
  }
  curl_multi_setopt(multi.get(), CURLMOPT_MAX_HOST_CONNECTIONS,
                    Bounded(options.max_connections_per_host));
  curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, Bounded(options.max_in_flight));
  return std::shared_ptr<CurlLoop>(new CurlLoop(options, std::move(multi)));
}

CurlLoop::CurlLoop(CurlHttpClientOptions options, CurlMultiHandle multi)
    : options_(std::move(options)), multi_(std::move(multi)), random_(Seed()) {}

void CurlLoop::Send(SendParams params, Completion<absl::StatusOr<HttpResponse>> done) {
  auto exchange = std::make_unique<Exchange>(std::move(params.request), std::move(done), options_);
  absl::Status status = exchange->Prepare();
  if (status.ok()) status = Submit(exchange);
  if (!status.ok()) exchange->Complete(std::move(status));
}

void CurlLoop::PostAfter(absl::Duration pause, Task task) {
  const absl::Duration bounded = std::clamp(pause, absl::ZeroDuration(), kMaxPause);
  const TimePoint when = Exchange::Clock::now() + absl::ToChronoNanoseconds(bounded);
  {
    MutexLock lock(mutex_);
    if (is_stopped_) return;
    posted_.emplace(when, std::move(task));
  }
  curl_multi_wakeup(multi_.get());
}

bool CurlLoop::IsCurrentThread() const {
  MutexLock lock(mutex_);
  return thread_ == std::this_thread::get_id();
}

absl::Status CurlLoop::Submit(std::unique_ptr<Exchange>& exchange) {
  {
    MutexLock lock(mutex_);
    if (is_stopped_) return absl::CancelledError("the HTTP client was destroyed");
    if (in_flight_ >= options_.max_in_flight) return BusyError();
    ++in_flight_;
    submitted_.push_back(std::move(exchange));
  }
  curl_multi_wakeup(multi_.get());
  return absl::OkStatus();
}

void CurlLoop::Stop() {
  {
    MutexLock lock(mutex_);
    is_stopped_ = true;
  }
  curl_multi_wakeup(multi_.get());
}

void CurlLoop::Run() {
  {
    MutexLock lock(mutex_);
    thread_ = std::this_thread::get_id();
  }
  while (TakeSubmitted()) {
    RunTasks();
    RingAlarms();
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    EndTransfers();
    Wait();
  }
  CancelAll();
}

bool CurlLoop::TakeSubmitted() {
  std::vector<std::unique_ptr<Exchange>> submitted;
  bool is_stopped = false;
  {
    MutexLock lock(mutex_);
    submitted.swap(submitted_);
    tasks_.merge(posted_);
    is_stopped = is_stopped_;
  }
  for (std::unique_ptr<Exchange>& exchange : submitted) {
    CURL* const handle = exchange->handle();
    entries_.emplace(handle, Entry{.exchange = std::move(exchange)});
  }
  return !is_stopped;
}

void CurlLoop::RunTasks() {
  const TimePoint now = Exchange::Clock::now();
  while (!tasks_.empty() && tasks_.begin()->first <= now) {
    Task task = std::move(tasks_.begin()->second);
    tasks_.erase(tasks_.begin());
    std::move(task)();
  }
}

void CurlLoop::RingAlarms() {
  const TimePoint now = Exchange::Clock::now();
  for (auto next = entries_.begin(); next != entries_.end();) {
    const auto entry = next++;
    if (entry->second.alarm > now) continue;
    if (entry->second.is_running || entry->second.exchange->deadline() <= now) {
      Finish(entry, TimeoutError());
    } else {
      StartAttempt(entry);
    }
  }
}

void CurlLoop::EndTransfers() {
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    EndAttempt(entries_.find(message->easy_handle), message->data.result);
  }
}

void CurlLoop::Wait() {
  TimePoint wake_up = Exchange::Clock::now() + kMaxWait;
  if (!tasks_.empty()) wake_up = std::min(wake_up, tasks_.begin()->first);
  for (const auto& [handle, entry] : entries_) wake_up = std::min(wake_up, entry.alarm);
  const auto patience = std::chrono::ceil<std::chrono::milliseconds>(
      std::max(wake_up - Exchange::Clock::now(), Exchange::Clock::duration::zero()));
  curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(patience.count()), nullptr);
}

void CurlLoop::StartAttempt(Entries::iterator entry) {
  Entry& started = entry->second;
  started.exchange->BeginAttempt();
  if (curl_multi_add_handle(multi_.get(), entry->first) != CURLM_OK) {
    return Finish(entry, CurlError(CURLE_OUT_OF_MEMORY));
  }
  started.is_running = true;
  started.alarm = started.exchange->deadline();
}

void CurlLoop::EndAttempt(Entries::iterator entry, CURLcode code) {
  Exchange::Outcome outcome = entry->second.exchange->EndAttempt(code);
  curl_multi_remove_handle(multi_.get(), entry->first);
  entry->second.is_running = false;
  if (!ScheduleRetry(outcome, entry->second)) Finish(entry, std::move(outcome.result));
}

bool CurlLoop::ScheduleRetry(const Exchange::Outcome& outcome, Entry& entry) {
  const int attempts = entry.exchange->attempts();
  if (!outcome.is_transient || attempts >= options_.max_attempts) return false;
  const double jitter = std::uniform_real_distribution<>()(random_);
  const absl::Duration pause = std::max(Backoff(options_, attempts, jitter), outcome.retry_after);
  const TimePoint now = Exchange::Clock::now();
  if (pause >= absl::FromChrono(entry.exchange->deadline() - now)) return false;
  entry.alarm = now + absl::ToChronoNanoseconds(pause);
  return true;
}

void CurlLoop::Finish(Entries::iterator entry, absl::StatusOr<HttpResponse> result) {
  if (entry->second.is_running) curl_multi_remove_handle(multi_.get(), entry->first);
  const std::unique_ptr<Exchange> exchange = std::move(entry->second.exchange);
  entries_.erase(entry);
  {
    MutexLock lock(mutex_);
    --in_flight_;
  }
  exchange->Complete(std::move(result));
}

void CurlLoop::CancelAll() {
  tasks_.clear();
  Tasks posted;
  {
    MutexLock lock(mutex_);
    posted.swap(posted_);
  }
  posted.clear();
  while (!entries_.empty()) {
    Finish(entries_.begin(), absl::CancelledError("the HTTP client was destroyed"));
  }
}

}  // namespace internal
}  // namespace omni::inline v0_1

#include "omni/gateway.h"

#include <condition_variable>
#include <optional>
#include <utility>

#include "base/mutex.h"
#include "gateway/due_run.h"
#include "gateway/errors.h"
#include "gateway/gateway_state.h"
#include "gateway/problems.h"
#include "gateway/request_run.h"

namespace omni::inline v0_1 {
namespace {

/// Lets one thread wait for an answer that another may bring.
///
/// Thread safety: thread-safe.
class Mailbox {
 public:
  void Put(HttpResponse response) {
    internal::MutexLock lock(mutex_);
    response_ = std::move(response);
    filled_.notify_all();
  }

  [[nodiscard]] std::optional<HttpResponse> Take(absl::Duration patience) {
    const auto until = std::chrono::steady_clock::now() + internal::WaitTime(patience);
    internal::MutexLock lock(mutex_);
    while (!response_) {
      if (filled_.wait_until(mutex_, until) == std::cv_status::timeout) break;
    }
    return std::exchange(response_, std::nullopt);
  }

 private:
  internal::Mutex mutex_;
  std::condition_variable_any filled_;
  std::optional<HttpResponse> response_ OMNI_GUARDED_BY(mutex_);
};

}  // namespace

HttpResponse CompletionTraits<HttpResponse>::Cancelled() {
  return ErrorResponse(
      internal::TryAgainError("the request was dropped", "cancelled", GatewayOptions{}.retry_after),
      "");
}

Gateway::Gateway(std::shared_ptr<State> state) : state_(std::move(state)) {}
Gateway::~Gateway() = default;

void Gateway::Handle(WebhookRequest request, Completion<HttpResponse> done) {
  const auto& core = state_->core.ForThread();
  const internal::Arrival arrival = internal::MakeArrival(request, *core);
  internal::RequestRun::Start(core, std::move(request), arrival, std::move(done));
}

HttpResponse Gateway::HandleBlocking(WebhookRequest request) {
  const auto& core = state_->core.ForThread();
  const internal::Arrival arrival = internal::MakeArrival(request, *core);
  const std::string target = request.target;
  const auto mailbox = std::make_shared<Mailbox>();
  internal::RequestRun::Start(core, std::move(request), arrival, [mailbox](HttpResponse response) {
    mailbox->Put(std::move(response));
  });
  if (auto response = mailbox->Take(core->options.enqueue_timeout + absl::Seconds(1))) {
    return *std::move(response);
  }
  return internal::RejectionAt(*core, target,
                               internal::TryAgainError("the queue did not answer in time",
                                                       "timeout", core->options.retry_after),
                               arrival.request_id);
}

void Gateway::Replay(Capsule capsule, Completion<HttpResponse> done) {
  internal::RequestRun::Replay(state_->core.ForThread(), std::move(capsule), std::move(done));
}

void Gateway::DeliverDueFragments(Completion<absl::StatusOr<std::size_t>> done) {
  internal::DueRun::Start(state_->core.ForThread(), std::move(done));
}

absl::Status Gateway::RefreshSecrets() {
  return internal::ProblemsToStatus(state_->core.ForThread()->secrets->Refresh());
}

absl::Status Gateway::Shutdown(absl::Time deadline) {
  internal::GatewayCore& core = *state_->core.ForThread();
  core.in_flight.Close();
  if (core.in_flight.WaitUntilIdle(deadline - core.clock->Now())) return absl::OkStatus();
  return absl::DeadlineExceededError("requests are still pending");
}

}  // namespace omni::inline v0_1

#include "gateway/due_run.h"

#include <optional>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "gateway/errors.h"

namespace omni::inline v0_1 {
namespace internal {

DueRun::DueRun(std::shared_ptr<GatewayCore> core, Completion<absl::StatusOr<std::size_t>> done)
    : core_(std::move(core)),
      ticket_(core_->in_flight),
      done_(std::move(done)),
      claims_(core_->store.get(), core_->observer.get(), memory_),
      batch_(core_->observer != nullptr && core_->observer->WantsEvents()),
      assembly_(*core_),
      history_(*core_) {}

void DueRun::Start(std::shared_ptr<GatewayCore> core,
                   Completion<absl::StatusOr<std::size_t>> done) {
  if (core->fragments == nullptr) return std::move(done)(std::size_t{0});
  auto run = std::make_unique<DueRun>(std::move(core), std::move(done));
  if (absl::Status status = run->Collect(); !status.ok()) return run->Finish(std::move(status));
  QueueSink::EnqueueParams params{
      .envelopes = run->batch_.MakeEnvelopes({}),
      .deadline = run->core_->clock->Now() + run->core_->options.enqueue_timeout};
  if (params.envelopes.empty()) return run->Settle({});
  // Kept through the call, as the sink may complete inside it.
  const std::shared_ptr<QueueSink> sink = run->core_->sink.ForThread();
  sink->Enqueue(std::move(params),
                [run = std::move(run)](const Settlement& settlement) { run->Settle(settlement); });
}

absl::Status DueRun::Collect() {
  if (!ticket_) return ShuttingDownError(core_->options.retry_after);
  const absl::Time now = core_->clock->Now();
  OMNI_ASSIGN_OR_RETURN(const std::vector<FragmentGroup> groups,
                        core_->fragments->Due({.now = now}));
  for (const FragmentGroup& group : groups) assembly_.Release(group, std::nullopt, batch_);
  batch_.AddKeys(claims_);
  assembly_.AddKeys(batch_, claims_);
  absl::Status begun = claims_.Begin(now, core_->options.idempotency_lease);
  batch_.TakeClaims(claims_, begun.ok());
  history_.Copy(batch_);
  return begun;
}

void DueRun::Settle(const Settlement& settlement) {
  const absl::Duration keep = core_->options.idempotency_keep;
  batch_.Settle(settlement);
  assembly_.Settle(batch_, keep, claims_);
  batch_.CompleteClaims(keep, claims_);
  claims_.Settle(*core_->clock);
  const std::size_t delivered = assembly_.Remove();
  history_.Append(batch_);
  if (batch_.Count().failed > 0) {
    return Finish(TryAgainError("the queue did not accept every event", "not_enqueued",
                                core_->options.retry_after));
  }
  Finish(delivered);
}

void DueRun::Finish(absl::StatusOr<std::size_t> delivered) {
  claims_.Abandon();
  if (core_->observer != nullptr) batch_.Report({}, *core_->observer);
  core_ = nullptr;  // whoever has heard the answer may take the ports down
  std::move(done_)(std::move(delivered));
}

}  // namespace internal
}  // namespace omni::inline v0_1

/// \file
/// One sweep of the fragment store.
#pragma once

#include <cstddef>
#include <memory>

#include "absl/status/statusor.h"
#include "base/request_memory.h"
#include "gateway/assembly.h"
#include "gateway/batch.h"
#include "gateway/claims.h"
#include "gateway/core.h"
#include "gateway/history.h"
#include "gateway/in_flight.h"
#include "omni/ports/completion.h"
#include "omni/ports/queue_sink.h"

namespace omni::inline v0_1 {
namespace internal {

/// Takes what is due to the queue. Owns what it needs while it waits for the sink.
///
/// Thread safety: confined; handed from the thread that started it to the one on which the sink
/// completes.
class DueRun {
 public:
  /// Says how many groups were delivered.
  static void Start(std::shared_ptr<GatewayCore> core,
                    Completion<absl::StatusOr<std::size_t>> done);

  DueRun(std::shared_ptr<GatewayCore> core, Completion<absl::StatusOr<std::size_t>> done);

 private:
  absl::Status Collect();
  void Settle(const Settlement& settlement);
  void Finish(absl::StatusOr<std::size_t> delivered);

  std::shared_ptr<GatewayCore> core_;
  const InFlight::Ticket ticket_;
  Completion<absl::StatusOr<std::size_t>> done_;
  RequestMemory memory_;
  Claims claims_;
  Batch batch_;
  Assembly assembly_;
  History history_;
};

}  // namespace internal
}  // namespace omni::inline v0_1

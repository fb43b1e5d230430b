/// \file
/// The stage after the queue: messages of adapters that keep a history, and what becomes of them.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gateway/batch.h"
#include "gateway/core.h"

namespace omni::inline v0_1 {
namespace internal {

/// Appends what one batch brings to the queue to the conversation store, where there is one, and
/// has it revise what the batch says was changed.
///
/// Thread safety: confined.
class History {
 public:
  /// Lifetime: `core` outlives this.
  explicit History(const GatewayCore& core) : core_(core) {}

  /// To be called before the batch makes its envelopes, which takes the events to pieces.
  void Copy(const Batch& batch);
  /// Once the batch is settled. A failure is a warning only: the queue has the messages, and that
  /// the history lacks some is no reason to receive them again.
  void Append(const Batch& batch);

 private:
  void WarnUnless(const absl::Status& done, std::string_view warning) const;

  const GatewayCore& core_;
  std::vector<Batch::ItemEntry> entries_;
};

}  // namespace internal
}  // namespace omni::inline v0_1

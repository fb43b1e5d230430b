/// \file
/// The events of one request.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "messagebird_fields.h"
#include "omni/adapter.h"
#include "omni/event.h"

namespace omni::inline v0_1 {
namespace messagebird {

/// Collects the events of one request, which is about one thing: one message, or one status.
///
/// Thread safety: confined.
class Batch {
 public:
  /// `root` is the whole request. Lifetime: both outlive the batch.
  Batch(const ChannelAdapter::NormalizeParams& params, const Fields& root)
      : params_(params), root_(root) {}

  /// The whole request.
  [[nodiscard]] RawJson raw() const { return root_.ToRaw(); }

  /// Adds an event. `identity` as in InboundEvent.
  void Add(Event&& event, std::string identity);
  /// Adds a notice of type `unknown` with everything in the request.
  void AddUnknown(std::string_view subject, std::string_view account,
                  absl::Time occurred_at = absl::InfinitePast());
  /// The id that the acknowledgement repeats.
  void SetMessageId(std::string_view id);

  /// Errors: ResourceExhausted when there were more events than allowed.
  [[nodiscard]] absl::StatusOr<InboundResult> Finish() &&;

 private:
  const ChannelAdapter::NormalizeParams& params_;
  const Fields& root_;
  InboundResult result_;
  std::string ack_;  ///< as JSON; empty: it repeats no id
};

}  // namespace messagebird
}  // namespace omni::inline v0_1

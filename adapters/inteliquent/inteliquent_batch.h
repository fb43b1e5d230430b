/// \file
/// The events of one request.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "inteliquent_item.h"
#include "omni/adapter.h"
#include "omni/event.h"

namespace omni::inline v0_1 {
namespace inteliquent {

inline constexpr std::string_view kCarrier = "inteliquent";

/// Collects the events of one request, and what its sender must hear.
///
/// Thread safety: confined.
class Batch {
 public:
  /// Lifetime: `params` outlives the batch.
  explicit Batch(const ChannelAdapter::NormalizeParams& params) : params_(params) {}

  /// Counts an object of the request. Its events follow.
  void Begin(const Item& item);
  /// Adds an event that the object has become. `identity` as in InboundEvent.
  void Add(Event event, const Item& item, std::string identity);
  /// Counts something that no event stands for, and why.
  void Ignore(std::string_view reason) { result_.ignored.emplace_back(reason); }

  /// Errors: ResourceExhausted when there were more events than allowed; InvalidArgument
  /// (`UNPROCESSABLE`) when every object breaks a rule, so that a refusal loses none that is whole.
  [[nodiscard]] absl::StatusOr<InboundResult> Finish() &&;

 private:
  const ChannelAdapter::NormalizeParams& params_;
  InboundResult result_;
  std::size_t events_ = 0;
  std::size_t items_ = 0;
  std::size_t violations_ = 0;
  absl::Status first_violation_;
  std::string id_;  ///< the first object's that has one
};

/// An event with carrier, id, channel and the carrier's time.
[[nodiscard]] Event NewEvent(EventKind kind, const Item& item);

}  // namespace inteliquent
}  // namespace omni::inline v0_1

/// \file
/// One callback of a request, and the batch that its event goes to.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace bandwidth {

inline constexpr std::string_view kCarrier = "bandwidth";

/// `{destination}` of the path: a number of ours, or a label of the host's own.
///
/// Lifetime: the request's.
struct Destination {
  Claimed<std::string_view> claimed = {};  ///< to be compared with what the body says
  std::string_view proved = {};            ///< the same where the proof covers the URL; else empty
};

/// One element of a request.
///
/// Lifetime: the document's and the request's.
struct Callback {
  JsonValue item = {};
  JsonValue message = {};                 ///< its `message`
  std::string_view type = {};             ///< its `type`
  std::optional<std::size_t> index = {};  ///< its place in the array; none when it came bare
  Destination destination = {};
};

/// Collects the events of one request.
///
/// Thread safety: confined.
class Batch {
 public:
  /// Lifetime: `params` outlives the batch.
  explicit Batch(const ChannelAdapter::NormalizeParams& params) : params_(params) {}

  /// Adds the event that the callback has become. `identity` and `part` as in InboundEvent.
  void Add(Event&& event, const Callback& callback, std::string identity,
           std::optional<MessagePart> part = std::nullopt);
  /// Notes that the callback, which was added as a notice, is of a known type and lacks a field.
  void NoteMissing(std::string_view field, const Callback& callback);
  /// Counts something that no event stands for, and why.
  void Ignore(std::string_view reason) { result_.ignored.emplace_back(reason); }

  /// Errors: ResourceExhausted when there were more events than allowed; InvalidArgument
  /// (`MISSING_FIELD`) when every callback lacks a field, so that a refusal loses none that is
  /// whole.
  [[nodiscard]] absl::StatusOr<InboundResult> Finish(HttpResponse ack) &&;

 private:
  const ChannelAdapter::NormalizeParams& params_;
  InboundResult result_;
  std::size_t size_ = 0;
  std::size_t incomplete_ = 0;
  std::string missing_field_;  ///< of the first incomplete callback
};

/// An event with carrier, account and message id.
[[nodiscard]] Event NewEvent(EventKind kind, const Callback& callback);

}  // namespace bandwidth
}  // namespace omni::inline v0_1

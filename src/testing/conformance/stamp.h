/// \file
/// What the gateway makes of an adapter's events: keys, queues, groups, and an answer.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapter_registry.h"
#include "omni/gateway.h"
#include "omni/testing/fakes.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {

/// Stamps single events as the gateway does. Thread safety: confined.
class Stamper {
 public:
  /// `channel` is the channel's JSON object, for its tenant.
  Stamper(std::shared_ptr<const ChannelAdapter> adapter, std::string_view channel);
  ~Stamper();

  /// The envelope of an event; an empty one when the gateway lets none through.
  [[nodiscard]] Envelope Stamp(const InboundEvent& event);
  [[nodiscard]] std::vector<Envelope> Stamp(const InboundResult& result);

 private:
  struct Slot;
  std::shared_ptr<Slot> slot_;
  std::shared_ptr<RecordingSink> sink_;
  std::unique_ptr<Gateway> gateway_;
  std::size_t stamped_ = 0;
};

/// A gateway with one channel of the adapter, and everything around it fake.
///
/// Thread safety: confined.
struct OneChannelGateway {
  std::shared_ptr<RecordingSink> sink = std::make_shared<RecordingSink>();
  std::shared_ptr<FakeClock> clock = {};
  std::unique_ptr<Gateway> gateway = {};
};

/// Errors: what the gateway's builder says of the channel.
[[nodiscard]] absl::StatusOr<OneChannelGateway> OpenGateway(const AdapterFactory& factory,
                                                            std::string_view channel,
                                                            absl::Time now);

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

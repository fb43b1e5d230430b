/// \file
/// The MessageBird adapter.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapters/messagebird.h"

namespace omni::inline v0_1 {
namespace messagebird {

/// What the adapter says of itself. Lifetime: static.
[[nodiscard]] const AdapterInfo& Info();

/// Thread safety: immutable.
class MessageBirdAdapter : public ChannelAdapter {
 public:
  explicit MessageBirdAdapter(Options options) : options_(std::move(options)) {}

  [[nodiscard]] const AdapterInfo& info() const override { return Info(); }
  [[nodiscard]] absl::StatusOr<VerifyResult> Verify(const VerifyParams& params) const override;
  [[nodiscard]] absl::StatusOr<InboundResult> Normalize(
      const NormalizeParams& params) const override;

 private:
  Options options_;
};

}  // namespace messagebird
}  // namespace omni::inline v0_1

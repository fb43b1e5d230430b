/// \file
/// The Bandwidth adapter.
#pragma once

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapters/bandwidth.h"

namespace omni::inline v0_1 {
namespace bandwidth {

/// What the adapter says of itself with these options.
[[nodiscard]] AdapterInfo MakeInfo(const Options& options);

/// Thread safety: immutable.
class BandwidthAdapter : public ChannelAdapter {
 public:
  explicit BandwidthAdapter(const Options& options) : options_(options), info_(MakeInfo(options)) {}

  [[nodiscard]] const AdapterInfo& info() const override { return info_; }
  [[nodiscard]] absl::StatusOr<VerifyResult> Verify(const VerifyParams& params) const override;
  [[nodiscard]] absl::StatusOr<InboundResult> Normalize(
      const NormalizeParams& params) const override;
  /// Every 401 challenges: without that the carrier sends no credentials and drops the callback.
  [[nodiscard]] HttpResponse RejectionFor(const RejectionParams& params) const override;

 private:
  Options options_;
  AdapterInfo info_;
};

}  // namespace bandwidth
}  // namespace omni::inline v0_1

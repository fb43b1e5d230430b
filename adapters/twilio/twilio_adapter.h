/// \file
/// The Twilio adapter.
#pragma once

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapters/twilio.h"

namespace omni::inline v0_1 {
namespace twilio {

/// What the adapter says of itself with these options.
[[nodiscard]] AdapterInfo MakeInfo(const Options& options);

/// Thread safety: immutable.
class TwilioAdapter : public ChannelAdapter {
 public:
  explicit TwilioAdapter(const Options& options) : options_(options), info_(MakeInfo(options)) {}

  [[nodiscard]] const AdapterInfo& info() const override { return info_; }
  /// The AccountSid of the form, or of the query.
  [[nodiscard]] Claimed<std::string> ClaimAccount(const ClaimParams& params) const override;
  [[nodiscard]] absl::StatusOr<VerifyResult> Verify(const VerifyParams& params) const override;
  [[nodiscard]] absl::StatusOr<InboundResult> Normalize(
      const NormalizeParams& params) const override;

 private:
  Options options_;
  AdapterInfo info_;
};

}  // namespace twilio
}  // namespace omni::inline v0_1

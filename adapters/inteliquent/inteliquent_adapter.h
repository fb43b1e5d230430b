/// \file
/// The Inteliquent adapter.
#pragma once

#include "absl/status/statusor.h"
#include "inteliquent_numbers.h"
#include "omni/adapter.h"
#include "omni/adapters/inteliquent.h"

namespace omni::inline v0_1 {
namespace inteliquent {

/// What the adapter says of itself.
[[nodiscard]] AdapterInfo MakeInfo();

/// Thread safety: immutable.
class InteliquentAdapter : public ChannelAdapter {
 public:
  explicit InteliquentAdapter(const Options& options)
      : scheme_(options.verification_scheme), our_numbers_(options.our_numbers) {}

  [[nodiscard]] const AdapterInfo& info() const override { return info_; }
  [[nodiscard]] absl::StatusOr<VerifyResult> Verify(const VerifyParams& params) const override;
  [[nodiscard]] absl::StatusOr<InboundResult> Normalize(
      const NormalizeParams& params) const override;
  /// A receipt that names nobody is kept in order with the others of its message.
  [[nodiscard]] RouteKey Route(const RouteParams& params) const override;

 private:
  AdapterInfo info_ = MakeInfo();
  VerificationScheme scheme_;
  OurNumbers our_numbers_;
};

}  // namespace inteliquent
}  // namespace omni::inline v0_1

/// \file
/// The adapter: pure functions from requests to verdicts and events.
#pragma once

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapters/whatsapp.h"

namespace omni::inline v0_1 {
namespace whatsapp {

/// What the adapter says of itself. Lifetime: the program's.
[[nodiscard]] const AdapterInfo& Info();

/// Thread safety: immutable.
class Adapter : public ChannelAdapter {
 public:
  explicit Adapter(const Options& options) : options_(options) {}

  [[nodiscard]] const AdapterInfo& info() const override { return Info(); }
  [[nodiscard]] absl::StatusOr<VerifyResult> Verify(const VerifyParams& params) const override;
  [[nodiscard]] absl::StatusOr<InboundResult> Normalize(
      const NormalizeParams& params) const override;
  [[nodiscard]] HttpResponse Answer(const AnswerParams& params) const override;
  [[nodiscard]] HttpRequest BuildForward(const ForwardParams& params) const override;

 private:
  Options options_;
};

}  // namespace whatsapp
}  // namespace omni::inline v0_1

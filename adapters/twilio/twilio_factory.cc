#include <memory>

#include "base/status_macros.h"
#include "omni/adapters/twilio.h"
#include "omni/support/config.h"
#include "twilio_adapter.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

/// Thread safety: immutable.
class Factory : public AdapterFactory {
 public:
  [[nodiscard]] const AdapterInfo& info() const override { return info_; }
  [[nodiscard]] bool ReadsOptionsAlone() const override { return true; }

  [[nodiscard]] absl::StatusOr<std::unique_ptr<const ChannelAdapter>> Create(
      const CreateParams& params) const override {
    Options options;
    ConfigReader reader(params.options, params.path);
    reader.Read(options);
    reader.RejectUnknown(params.reserved);
    OMNI_RETURN_IF_ERROR(reader.status());
    return MakeAdapter(options);
  }

 private:
  AdapterInfo info_ = MakeInfo(Options{});
};

}  // namespace

absl::StatusOr<std::unique_ptr<const ChannelAdapter>> MakeAdapter(const Options& options) {
  return std::make_unique<const TwilioAdapter>(options);
}

void Register(AdapterRegistry::Builder& builder) { builder.Add(std::make_unique<Factory>()); }

}  // namespace twilio
}  // namespace omni::inline v0_1

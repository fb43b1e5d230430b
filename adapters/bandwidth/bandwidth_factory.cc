#include <memory>

#include "bandwidth_adapter.h"
#include "bandwidth_proof.h"
#include "omni/adapter_registry.h"
#include "omni/adapters/bandwidth.h"
#include "omni/support/config.h"

namespace omni::inline v0_1 {
namespace bandwidth {
namespace {

/// Thread safety: immutable.
class Factory : public AdapterFactory {
 public:
  [[nodiscard]] const AdapterInfo& info() const override { return info_; }

  [[nodiscard]] absl::StatusOr<std::unique_ptr<const ChannelAdapter>> Create(
      const CreateParams& params) const override {
    ConfigReader reader(params.options, params.path);
    Options options;
    reader.Read(options);
    reader.RejectUnknown(params.reserved);
    const bool no_user = options.username.empty();
    if (no_user && params.options[kPassword].exists()) {
      reader.Fail("username", "required beside password");
    }
    if (no_user && options.outbound_username.empty() &&
        params.options[kOutboundPassword].exists()) {
      reader.Fail("outboundUsername", "required beside outboundPassword");
    }
    if (!reader.ok()) return reader.status();
    return MakeAdapter(options);
  }

 private:
  AdapterInfo info_ = MakeInfo(Options{});
};

}  // namespace

absl::StatusOr<std::unique_ptr<const ChannelAdapter>> MakeAdapter(const Options& options) {
  return std::make_unique<const BandwidthAdapter>(options);
}

void Register(AdapterRegistry::Builder& builder) { builder.Add(std::make_unique<Factory>()); }

}  // namespace bandwidth
}  // namespace omni::inline v0_1

#include <memory>
#include <utility>

#include "omni/adapter_registry.h"
#include "omni/adapters/whatsapp.h"
#include "omni/support/config.h"
#include "whatsapp_adapter.h"

namespace omni::inline v0_1 {
namespace whatsapp {
namespace {

/// Thread safety: immutable.
class Factory : public AdapterFactory {
 public:
  [[nodiscard]] const AdapterInfo& info() const override { return Info(); }
  [[nodiscard]] bool ReadsOptionsAlone() const override { return true; }

  [[nodiscard]] absl::StatusOr<std::unique_ptr<const ChannelAdapter>> Create(
      const CreateParams& params) const override {
    ConfigReader reader(params.options, params.path);
    Options options;
    reader.Read(options);
    reader.RejectUnknown(params.reserved);
    if (!reader.ok()) return reader.status();
    return MakeAdapter(options);
  }
};

}  // namespace

absl::StatusOr<std::unique_ptr<const ChannelAdapter>> MakeAdapter(const Options& options) {
  return std::make_unique<const Adapter>(options);
}

void Register(AdapterRegistry::Builder& builder) { builder.Add(std::make_unique<Factory>()); }

}  // namespace whatsapp
}  // namespace omni::inline v0_1

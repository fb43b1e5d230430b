#include <memory>

#include "base/status_macros.h"
#include "messagebird_adapter.h"
#include "omni/adapters/messagebird.h"
#include "omni/support/config.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

/// Thread safety: immutable.
class Factory : public AdapterFactory {
 public:
  [[nodiscard]] const AdapterInfo& info() const override { return Info(); }
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
};

}  // namespace

absl::StatusOr<std::unique_ptr<const ChannelAdapter>> MakeAdapter(const Options& options) {
  return std::make_unique<const MessageBirdAdapter>(options);
}

void Register(AdapterRegistry::Builder& builder) { builder.Add(std::make_unique<Factory>()); }

}  // namespace messagebird
}  // namespace omni::inline v0_1

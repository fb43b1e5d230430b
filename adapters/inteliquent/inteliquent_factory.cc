#include <cstddef>
#include <memory>
#include <string>

#include "inteliquent_adapter.h"
#include "inteliquent_numbers.h"
#include "omni/adapter_registry.h"
#include "omni/adapters/inteliquent.h"
#include "omni/support/config.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace {

/// Thread safety: immutable.
class Factory : public AdapterFactory {
 public:
  [[nodiscard]] const AdapterInfo& info() const override { return info_; }
  [[nodiscard]] bool ReadsOptionsAlone() const override { return true; }

  [[nodiscard]] absl::StatusOr<std::unique_ptr<const ChannelAdapter>> Create(
      const CreateParams& params) const override {
    ConfigReader reader(params.options, params.path);
    Options options;
    reader.Read(options);
    reader.RejectUnknown(params.reserved);
    for (std::size_t i = 0; i < options.our_numbers.size(); ++i) {
      if (IsNumber(options.our_numbers[i])) continue;
      reader.Fail("ourNumbers[" + std::to_string(i) + "]", "expected a phone number or short code");
    }
    if (!reader.ok()) return reader.status();
    return MakeAdapter(options);
  }

 private:
  AdapterInfo info_ = MakeInfo();
};

}  // namespace

absl::StatusOr<std::unique_ptr<const ChannelAdapter>> MakeAdapter(const Options& options) {
  return std::make_unique<const InteliquentAdapter>(options);
}

void Register(AdapterRegistry::Builder& builder) { builder.Add(std::make_unique<Factory>()); }

}  // namespace inteliquent
}  // namespace omni::inline v0_1

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livechat_adapter.h"
#include "livechat_identifier.h"
#include "omni/adapter_registry.h"
#include "omni/adapters/livechat.h"
#include "omni/error.h"
#include "omni/support/config.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace {

constexpr std::string_view kAccounts = "accounts";

// An encoded identifier has no colon.
std::optional<Identifier> ReadEither(std::string_view text) {
  return text.find(':') == text.npos ? DecodeIdentifier(text) : ParseIdentifier(text);
}

// The gateway reads these as well, and says what is wrong with them.
void AddOrganizations(JsonValue value, std::vector<std::string>& organizations) {
  if (value.is_string()) organizations.emplace_back(value.text());
  for (const JsonValue element : value.elements()) organizations.emplace_back(element.text());
  for (const JsonMember member : value.members()) organizations.emplace_back(member.key);
}

/// Thread safety: immutable.
class Factory : public AdapterFactory {
 public:
  [[nodiscard]] const AdapterInfo& info() const override { return Info(); }

  [[nodiscard]] absl::StatusOr<std::unique_ptr<const ChannelAdapter>> Create(
      const CreateParams& params) const override {
    ConfigReader reader(params.options, params.path);
    Options options;
    reader.Read(options);
    reader.RejectUnknown(params.reserved);
    for (std::size_t i = 0; i < options.identifiers.size(); ++i) {
      if (ReadEither(options.identifiers[i])) continue;
      reader.Fail("identifiers[" + std::to_string(i) + "]",
                  "expected orgId:userId:livechatId, or its base64");
    }
    if (!reader.ok()) return reader.status();
    AddOrganizations(params.options[Info().account_option], options.organizations);
    AddOrganizations(params.options[kAccounts], options.organizations);
    return MakeAdapter(options);
  }
};

}  // namespace

absl::StatusOr<std::unique_ptr<const ChannelAdapter>> MakeAdapter(const Options& options) {
  std::vector<std::string> identifiers;
  for (const std::string& text : options.identifiers) {
    const auto identifier = ReadEither(text);
    if (!identifier) {
      return MakeError(absl::StatusCode::kInvalidArgument,
                       "an identifier is neither orgId:userId:livechatId nor its base64",
                       {.reason = "invalid_identifier", .blame = Blame::kHost});
    }
    identifiers.push_back(ToText(*identifier));
  }
  std::sort(identifiers.begin(), identifiers.end());
  return std::make_unique<const LiveChatAdapter>(options, std::move(identifiers));
}

void Register(AdapterRegistry::Builder& builder) { builder.Add(std::make_unique<Factory>()); }

}  // namespace livechat
}  // namespace omni::inline v0_1

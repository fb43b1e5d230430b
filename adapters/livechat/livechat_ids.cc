#include "livechat_ids.h"

#include <algorithm>
#include <cstddef>

namespace omni::inline v0_1 {
namespace livechat {
namespace {

constexpr std::string_view kUuidForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
constexpr std::size_t kBotIdLength = 32;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

}  // namespace

bool IsUuid(std::string_view id) {
  return std::equal(id.begin(), id.end(), kUuidForm.begin(), kUuidForm.end(),
                    [](char c, char form) { return form == '-' ? c == '-' : IsHexDigit(c); });
}

bool IsBotId(std::string_view id) {
  return id.size() == kBotIdLength && std::all_of(id.begin(), id.end(), IsHexDigit);
}

bool IsAgentId(std::string_view id) { return id.find('@') != id.npos; }

bool IsLicense(std::string_view id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), IsDigit);
}

}  // namespace livechat
}  // namespace omni::inline v0_1

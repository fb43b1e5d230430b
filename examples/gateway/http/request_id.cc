#include "http/request_id.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "absl/time/clock.h"
#include "omni/ports/entropy.h"
#include "omni/uuid.h"

namespace host {
namespace {

constexpr std::size_t kMaxLength = 128;

bool IsSane(std::string_view id) {
  return !id.empty() && id.size() <= kMaxLength && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

}  // namespace

std::string NewRequestId() {
  std::array<std::uint8_t, 10> random = {};
  omni::MakeSystemEntropy()->Fill(random);
  return omni::MakeUuidV7(absl::Now(), random);
}

std::string RequestIdOf(const omni::WebhookRequest& request) {
  const auto given = request.headers.Find("X-Request-Id");
  return given && IsSane(*given) ? std::string(*given) : NewRequestId();
}

}  // namespace host

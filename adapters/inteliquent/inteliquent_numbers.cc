#include "inteliquent_numbers.h"

#include <algorithm>
#include <cstddef>

#include "omni/support/phone.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace {

constexpr std::size_t kNationalLength = 10;
constexpr std::size_t kMinShortCode = 3;
constexpr std::size_t kMaxShortCode = 6;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool AreDigits(std::string_view text) { return std::all_of(text.begin(), text.end(), IsDigit); }

// No area code begins with 0 or 1.
bool IsNational(std::string_view text) {
  return text.size() == kNationalLength && text.front() >= '2' && AreDigits(text);
}

}  // namespace

Address ToAddress(std::string_view text) {
  if (!IsNational(text)) return MakeAddress(text);
  return {.address = "+1" + std::string(text), .carrier_id = std::string(text)};
}

bool IsNumber(std::string_view text) {
  const bool short_code =
      text.size() >= kMinShortCode && text.size() <= kMaxShortCode && AreDigits(text);
  return short_code || IsE164(ToAddress(text).address);
}

std::string ReadNumber(JsonValue value) {
  if (value.is_string()) return std::string(value.text());
  const auto number = value.AsInt64();
  return number && *number > 0 ? std::to_string(*number) : std::string();
}

OurNumbers::OurNumbers(const std::vector<std::string>& numbers) {
  addresses_.reserve(numbers.size());
  for (const std::string& number : numbers) addresses_.push_back(ToAddress(number).address);
  std::sort(addresses_.begin(), addresses_.end());
}

bool OurNumbers::Contain(const Address& address) const {
  return std::binary_search(addresses_.begin(), addresses_.end(), address.address);
}

}  // namespace inteliquent
}  // namespace omni::inline v0_1

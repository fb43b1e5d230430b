#include "omni/support/phone.h"

#include <algorithm>

#include "base/request_memory.h"
#include "omni/http.h"
#include "support/mask.h"

namespace omni::inline v0_1 {
namespace {

constexpr std::size_t kMinDigits = 8;
constexpr std::size_t kMaxDigits = 15;
constexpr std::size_t kShortestMaskedRun = 7;
constexpr std::size_t kDigitsLeftVisible = 4;

struct Prefix {
  std::string_view name;
  bool holds_phone_numbers;
};
constexpr Prefix kPrefixes[] = {
    {"whatsapp", true}, {"rcs", true},        {"sms", true},        {"mms", true},
    {"tel", true},      {"messenger", false}, {"instagram", false}, {"livechat", false},
    {"webchat", false}, {"email", false},
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool HoldsMaskedRun(std::string_view text) {
  std::size_t run = 0;
  for (const char c : text) {
    run = IsDigit(c) ? run + 1 : 0;
    if (run == kShortestMaskedRun) return true;
  }
  return false;
}

// The digits of a full international number. No country code begins with 0.
bool IsInternational(std::string_view digits) {
  return digits.size() >= kMinDigits && digits.size() <= kMaxDigits && digits.front() != '0' &&
         std::all_of(digits.begin(), digits.end(), IsDigit);
}

// The channel prefix that `text` begins with, or null.
const Prefix* FindPrefix(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == text.npos) return nullptr;
  for (const Prefix& prefix : kPrefixes) {
    if (EqualsIgnoreCase(prefix.name, text.substr(0, colon))) return &prefix;
  }
  return nullptr;
}

}  // namespace

Address MakeAddress(std::string_view text) {
  Address address;
  std::string_view rest = text;
  // What begins with a sign or a digit has no prefix, and nearly everything does.
  const bool bare = !text.empty() && (text.front() == '+' || IsDigit(text.front()));
  const Prefix* const prefix = bare ? nullptr : FindPrefix(text);
  if (prefix != nullptr) rest.remove_prefix(prefix->name.size() + 1);
  if ((prefix == nullptr || prefix->holds_phone_numbers) && IsInternational(rest)) {
    address.address.reserve(rest.size() + 1);
    address.address.push_back('+');
  }
  address.address.append(rest);
  if (address.address != text) address.carrier_id = text;
  return address;
}

bool IsE164(std::string_view text) {
  return text.starts_with('+') && IsInternational(text.substr(1));
}

std::string MaskDigits(std::string_view text) {
  std::string masked;
  masked.reserve(text.size());
  for (auto it = text.begin(); it != text.end();) {
    const auto run_end = std::find_if_not(it, text.end(), IsDigit);
    if (static_cast<std::size_t>(run_end - it) >= kShortestMaskedRun) {
      masked.append("***");
      it = run_end - kDigitsLeftVisible;
    }
    const auto next = std::find_if(run_end, text.end(), IsDigit);
    masked.append(it, next);
    it = next;
  }
  return masked;
}

std::string_view internal::MaskDigitsIn(std::pmr::memory_resource& memory, std::string_view text) {
  return HoldsMaskedRun(text) ? CopyTo(memory, MaskDigits(text)) : text;
}

}  // namespace omni::inline v0_1

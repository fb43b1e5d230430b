#include "twilio_name.h"

#include <algorithm>

namespace omni::inline v0_1 {
namespace twilio {
namespace {

constexpr int kSlotBits = 10;
using Slots = std::array<std::uint8_t, 1 << kSlotBits>;  // 1 + the index of a name, or 0

constexpr bool IsLarge(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool IsLetter(char c) { return IsLarge(c) || (c >= 'a' && c <= 'z'); }

using Key = std::array<char, 32>;  // in camelCase, as long as the name

constexpr bool HasKey(std::string_view name) {
  return name.size() <= Key().size() && IsLarge(name.front()) &&
         std::all_of(name.begin(), name.end(), IsLetter);
}
static_assert(std::all_of(kNames.begin(), kNames.end(), HasKey));

constexpr std::array<Key, kNames.size()> MakeKeys() {
  std::array<Key, kNames.size()> keys = {};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    std::copy(kNames[i].begin(), kNames[i].end(), keys[i].begin());
    keys[i].front() = static_cast<char>(keys[i].front() - 'A' + 'a');
  }
  return keys;
}
constexpr std::array<Key, kNames.size()> kKeys = MakeKeys();

constexpr unsigned Byte(char c) { return static_cast<unsigned char>(c); }

// Takes no longer for a long name. `text` is not empty.
constexpr std::size_t SlotOf(std::string_view text, std::uint32_t multiplier) {
  const std::uint32_t picked = static_cast<std::uint32_t>(text.size()) ^ Byte(text.front()) << 8 ^
                               Byte(text[text.size() / 2]) << 16 ^ Byte(text.back()) << 24;
  return picked * multiplier >> (32 - kSlotBits);
}

// Whether every name has a slot of its own, which it then stands in.
constexpr bool Fill(std::uint32_t multiplier, Slots& slots) {
  slots = {};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    std::uint8_t& slot = slots[SlotOf(kNames[i], multiplier)];
    if (slot != 0) return false;
    slot = static_cast<std::uint8_t>(i + 1);
  }
  return true;
}

// A hash that tells all names from each other, so that one look finds any of them.
struct PerfectHash {
  Slots slots = {};
  std::uint32_t multiplier = 1;
};
constexpr PerfectHash MakePerfectHash() {
  PerfectHash hash;
  while (!Fill(hash.multiplier, hash.slots)) hash.multiplier = hash.multiplier * 69'069 + 4;
  return hash;
}
constexpr PerfectHash kHash = MakePerfectHash();

}  // namespace

std::string_view Name::metadata_key() const { return {kKeys[index_].data(), text().size()}; }

std::optional<Name> Name::Find(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const std::size_t slot = kHash.slots[SlotOf(text, kHash.multiplier)];
  if (slot == 0 || kNames[slot - 1] != text) return std::nullopt;
  return Name(static_cast<std::uint8_t>(slot - 1));
}

}  // namespace twilio
}  // namespace omni::inline v0_1

#include "omni/support/metadata_key.h"

namespace omni::inline v0_1 {
namespace {

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
char ToLower(char c) { return IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
char ToUpper(char c) { return IsLower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

// Letters of other alphabets included.
bool IsWord(char c) {
  return (c >= '0' && c <= '9') || IsLower(c) || IsUpper(c) ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::string MetadataKey(std::string_view prefix, std::string_view name) {
  std::string key;
  key.reserve(prefix.size() + name.size());
  key = prefix;
  bool large = !key.empty();
  for (char c : name) {
    if (!IsWord(c)) {
      large = !key.empty();
      continue;
    }
    key.push_back(large ? ToUpper(c) : key.empty() ? ToLower(c) : c);
    large = false;
  }
  if (key.empty()) key = "other";
  return key;
}

}  // namespace omni::inline v0_1

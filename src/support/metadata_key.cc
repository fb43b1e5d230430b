#include "omni/support/metadata_key.h"

#include <algorithm>
#include <cstddef>

namespace omni::inline v0_1 {
namespace {

constexpr std::string_view kNothing = "other";

constexpr bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr char ToLower(char c) { return IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr char ToUpper(char c) { return IsLower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

// The characters that make words, letters of other alphabets included.
constexpr std::array<bool, 256> MakeWordTable() {
  std::array<bool, 256> table = {};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    const char c = static_cast<char>(byte);
    table[byte] = (c >= '0' && c <= '9') || IsLower(c) || IsUpper(c) || byte >= 0x80;
  }
  return table;
}
constexpr std::array<bool, 256> kOfWord = MakeWordTable();

bool IsOfWord(char c) { return kOfWord[static_cast<unsigned char>(c)]; }

// What WriteKey has to have room for.
std::size_t MaxSize(std::string_view prefix, std::string_view name) {
  return std::max(prefix.size() + name.size(), kNothing.size());
}

// Returns the key's size.
std::size_t WriteKey(std::string_view prefix, std::string_view name, char* key) {
  char* out = std::copy(prefix.begin(), prefix.end(), key);
  for (auto p = name.begin(); p != name.end();) {
    const auto word = p;
    p = std::find_if_not(word, name.end(), IsOfWord);
    char* const first = out;
    out = std::copy(word, p, out);
    if (first != key && first != out) *first = ToUpper(*first);
    p = std::find_if(p, name.end(), IsOfWord);
  }
  if (out == key) out = std::copy(kNothing.begin(), kNothing.end(), key);
  if (prefix.empty()) *key = ToLower(*key);
  return static_cast<std::size_t>(out - key);
}

}  // namespace

std::string MetadataKey(std::string_view prefix, std::string_view name) {
  std::string key(MaxSize(prefix, name), '\0');
  key.resize(WriteKey(prefix, name, key.data()));
  return key;
}

std::string_view MetadataKeyMaker::Make(std::string_view prefix, std::string_view name) {
  const std::size_t max_size = MaxSize(prefix, name);
  if (max_size > short_.size()) return long_ = MetadataKey(prefix, name);
  return {short_.data(), WriteKey(prefix, name, short_.data())};
}

}  // namespace omni::inline v0_1

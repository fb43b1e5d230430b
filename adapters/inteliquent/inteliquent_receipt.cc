#include "inteliquent_receipt.h"

#include <algorithm>
#include <cstddef>

#include "omni/http.h"

namespace omni::inline v0_1 {
namespace inteliquent {
namespace {

bool IsWordCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

bool BeginsWith(std::string_view text, std::string_view key) {
  return EqualsIgnoreCase(text.substr(0, key.size()), key);
}

// The word right behind the key, where it is the first.
void TakeWord(std::string_view rest, std::string_view key, std::string_view& word) {
  if (!word.empty() || !BeginsWith(rest, key)) return;
  rest.remove_prefix(key.size());
  const auto end = std::find_if_not(rest.begin(), rest.end(), IsWordCharacter);
  word = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
}

}  // namespace

ReceiptText ParseReceiptText(std::string_view text) {
  ReceiptText receipt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool inside_a_word = i > 0 && IsWordCharacter(text[i - 1]);
    if (inside_a_word) continue;
    const std::string_view rest = text.substr(i);
    if (BeginsWith(rest, "text:")) break;
    TakeWord(rest, "stat:", receipt.stat);
    TakeWord(rest, "err:", receipt.err);
  }
  return receipt;
}

}  // namespace inteliquent
}  // namespace omni::inline v0_1

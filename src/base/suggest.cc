#include "base/suggest.h"

#include <algorithm>
#include <vector>

namespace omni::inline v0_1 {
namespace internal {
namespace {

// Nobody mistypes a name longer than this; it bounds the work.
constexpr std::size_t kMaxWordSize = 64;

char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool SameLetter(char a, char b) { return ToLower(a) == ToLower(b); }

// Insertions, deletions, replacements and swaps of neighbours that make `b` of `a`; upper and lower
// case are the same letter.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (SameLetter(a[i - 1], b[j - 1]) ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped =
          i > 1 && j > 1 && SameLetter(a[i - 1], b[j - 2]) && SameLetter(a[i - 2], b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

std::optional<std::string> Nearest(std::string_view word, std::span<const std::string> candidates) {
  if (word.empty() || word.size() > kMaxWordSize) return std::nullopt;
  const std::string* nearest = nullptr;
  std::size_t limit = word.size() / 3 + 1;  // the first distance that is too far
  for (const std::string& candidate : candidates) {
    if (candidate.size() >= word.size() + limit) continue;
    if (const std::size_t distance = EditDistance(word, candidate); distance < limit) {
      limit = distance;
      nearest = &candidate;
    }
  }
  if (nearest == nullptr) return std::nullopt;
  return *nearest;
}

}  // namespace internal
}  // namespace omni::inline v0_1

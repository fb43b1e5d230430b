#include "legacy_query.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "omni/json.h"
#include "omni/support/url.h"

namespace omni::inline v0_1 {
namespace twilio {
namespace {

constexpr std::size_t kMaxPairs = 1'000;  // querystring.parse stops there
constexpr std::string_view kUnescaped =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()";

struct Pair {
  std::string name;
  std::string value;
  // Where JavaScript enumerates a property of this name: array indices in their order, then the
  // others in the order of their first appearance.
  std::pair<bool, std::uint64_t> rank;
};

std::string Decode(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return ToValidUtf8(PercentDecode(spaced));
}

void AppendEncoded(std::string_view text, std::string& out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (char c : text) {
    if (kUnescaped.find(c) != kUnescaped.npos) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
}

std::optional<std::uint32_t> ArrayIndex(std::string_view name) {
  std::uint32_t index = 0;
  const char* const end = name.data() + name.size();
  const auto result = std::from_chars(name.data(), end, index);
  const bool canonical = name == "0" || !name.starts_with('0');
  if (result.ec != std::errc() || result.ptr != end || !canonical ||
      index == std::numeric_limits<std::uint32_t>::max()) {
    return std::nullopt;
  }
  return index;
}

std::vector<Pair> ParsePairs(std::string_view query) {
  std::vector<Pair> pairs;
  while (!query.empty() && pairs.size() < kMaxPairs) {
    const std::string_view field = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(field.size() + 1, query.size()));
    if (field.empty()) continue;
    const std::string_view name = field.substr(0, field.find('='));
    const std::string_view value = field.substr(std::min(name.size() + 1, field.size()));
    pairs.push_back({Decode(name), Decode(value), {}});
  }
  return pairs;
}

void RankPairs(std::vector<Pair>& pairs) {
  std::unordered_map<std::string_view, std::uint64_t> first_seen;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (const std::optional<std::uint32_t> index = ArrayIndex(pairs[i].name)) {
      pairs[i].rank = {false, *index};
    } else {
      pairs[i].rank = {true, first_seen.try_emplace(pairs[i].name, i).first->second};
    }
  }
}

}  // namespace

std::string ReencodeLegacyQuery(std::string_view query) {
  std::vector<Pair> pairs = ParsePairs(query);
  RankPairs(pairs);
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.rank < b.rank; });
  std::string encoded;
  for (const Pair& pair : pairs) {
    if (&pair != &pairs.front()) encoded.push_back('&');
    AppendEncoded(pair.name, encoded);
    encoded.push_back('=');
    AppendEncoded(pair.value, encoded);
  }
  return encoded;
}

}  // namespace twilio
}  // namespace omni::inline v0_1

/// \file
/// The names of loans.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace omni::inline v0_1 {
namespace internal {

/// `seq:token`.
struct Receipt {
  std::int64_t seq = 0;
  std::uint64_t token = 0;
};

[[nodiscard]] inline std::string WriteReceipt(const Receipt& receipt) {
  return absl::StrCat(receipt.seq, ":", receipt.token);
}

[[nodiscard]] inline std::optional<Receipt> ParseReceipt(std::string_view text) {
  Receipt receipt;
  const char* end = text.data() + text.size();
  const auto [colon, error] = std::from_chars(text.data(), end, receipt.seq);
  if (error != std::errc() || colon == end || *colon != ':') return std::nullopt;
  const auto [rest, token_error] = std::from_chars(colon + 1, end, receipt.token);
  if (token_error != std::errc() || rest != end) return std::nullopt;
  return receipt;
}

}  // namespace internal
}  // namespace omni::inline v0_1

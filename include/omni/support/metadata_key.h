/// \file
/// The names of metadata.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "omni/export.h"

namespace omni::inline v0_1 {

/// A carrier's name for something as a key of metadata, behind an optional prefix: `date_utc` is
/// `dateUtc`, `FromCity` is `fromCity`, `price[amount]` is `priceAmount`, and behind the prefix
/// `failure`, `code` is `failureCode`. `other` where nothing of it is a letter or digit. Two names
/// may meet in one key.
[[nodiscard]] OMNI_EXPORT std::string MetadataKey(std::string_view prefix, std::string_view name);

/// Makes such keys one after the other, on the stack while they are short.
///
/// Thread safety: confined.
class OMNI_EXPORT MetadataKeyMaker {
 public:
  /// As MetadataKey. Lifetime: until the next one is made. Neither argument may be of the last.
  [[nodiscard]] std::string_view Make(std::string_view prefix, std::string_view name);

 private:
  std::array<char, 64> short_;
  std::string long_;
};

}  // namespace omni::inline v0_1

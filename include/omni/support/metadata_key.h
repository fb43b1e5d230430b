/// \file
/// The names of metadata.
#pragma once

#include <string>
#include <string_view>

#include "omni/export.h"

namespace omni::inline v0_1 {

/// A carrier's name for something as a key of metadata, behind an optional prefix: `date_utc` is
/// `dateUtc`, `FromCity` is `fromCity`, `price[amount]` is `priceAmount`, and behind the prefix
/// `failure`, `code` is `failureCode`. `other` where nothing of it is a letter or digit. Two names
/// may meet in one key.
[[nodiscard]] OMNI_EXPORT std::string MetadataKey(std::string_view prefix, std::string_view name);

}  // namespace omni::inline v0_1

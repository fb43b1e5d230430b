/// \file
/// Phone numbers as the carrier spells them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace inteliquent {

/// The party that the carrier calls `text`. As MakeAddress, but ten digits are a number of the
/// North American plan without its country code.
[[nodiscard]] Address ToAddress(std::string_view text);

/// Whether `text` can be a number of ours: E.164, as the carrier spells it, or a short code.
[[nodiscard]] bool IsNumber(std::string_view text);

/// A number from JSON, where it may stand without quotes: its digits, never an exponent. Empty for
/// anything else.
[[nodiscard]] std::string ReadNumber(JsonValue value);

/// The numbers that a channel was told are its own.
///
/// Thread safety: immutable.
class OurNumbers {
 public:
  explicit OurNumbers(const std::vector<std::string>& numbers);

  [[nodiscard]] bool Contain(const Address& address) const;

 private:
  std::vector<std::string> addresses_;  ///< sorted
};

}  // namespace inteliquent
}  // namespace omni::inline v0_1

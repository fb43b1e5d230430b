/// \file
/// One object of a request: which shape it has, what it is about, and what it lacks.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "omni/json.h"

namespace omni::inline v0_1 {
namespace inteliquent {

enum class Shape {
  kContract,  ///< `messageId`, `type`, `attachments`
  kNative,    ///< `referenceId`, `deliveryReceipt`, `mediaUrls`: the carrier's own
};

enum class Kind {
  kMessage,
  kReceipt,
  kOrder,    ///< of the carrier's other API, about orders and ported numbers
  kUnknown,  ///< of a type that nobody knows
};

/// A broken rule: which field, and what is wrong with it.
struct Violation {
  std::string_view field = {};
  std::string_view problem = {};
};

/// One object. Lifetime: the document's.
struct Item {
  JsonValue value = {};
  std::optional<std::size_t> index = {};  ///< its place in the array; none when it came bare
  Shape shape = Shape::kContract;
  Kind kind = Kind::kUnknown;
  std::optional<Violation> violation = {};
  std::string_view id = {};  ///< `referenceId`, or else `messageId`
};

/// Looks at one object. `receipts_only`: whether anything but a receipt breaks the rules.
///
/// The rules are about what a message or a receipt cannot do without. Anything else that is odd is
/// kept as it is, because the carrier may drop for good what is refused.
[[nodiscard]] Item ReadItem(JsonValue value, bool receipts_only);

}  // namespace inteliquent
}  // namespace omni::inline v0_1

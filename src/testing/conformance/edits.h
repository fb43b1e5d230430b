/// \file
/// Changes to what a request says, by what its vector tells of it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "testing/conformance/content.h"
#include "testing/conformance/subject.h"
#include "testing/conformance/vector.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {

/// The elements of the batch; the whole content where there is no batch.
[[nodiscard]] std::vector<JsonTree*> Elements(Content& content, const Where& where);

/// Another id of the same form: its end is a number. Different for different `number`s.
[[nodiscard]] std::string OtherId(std::string_view id, std::size_t number);
/// Gives an element another id, everywhere it stands; false when it has none.
bool ChangeId(JsonTree& element, const Where& where, std::size_t number);
/// Sets the value at a pointer, a number where it was one; false when there is none.
bool ChangeValue(JsonTree& element, std::string_view pointer, std::string_view value);

/// The vector's request saying something else, proved as it was.
[[nodiscard]] Trial Saying(const Subject& subject, const Content& content);

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

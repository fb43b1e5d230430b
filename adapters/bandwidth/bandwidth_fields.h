/// \file
/// The care that no member of an object is lost.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "base/same_text.h"
#include "omni/event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace bandwidth {

/// A few names of members. Each is found by its tag, because every member of every webhook is
/// looked up here.
///
/// Thread safety: immutable.
class KnownNames {
 public:
  constexpr KnownNames(std::initializer_list<std::string_view> names) {
    std::uint8_t place = 0;
    for (const std::string_view name : names) {
      std::uint8_t& last = last_[internal::KeyTag(name) % kSlots];
      names_[place++] = {.text = name, .before = last};
      last = place;
    }
  }

  /// `tag`: that of the name.
  [[nodiscard]] bool Has(std::string_view name, std::uint8_t tag) const {
    std::uint8_t place = last_[tag % kSlots];
    for (; place != 0; place = names_[place - 1].before) {
      if (internal::SameText(names_[place - 1].text, name)) return true;
    }
    return false;
  }

 private:
  static constexpr std::size_t kMost = 12;
  static constexpr std::size_t kSlots = 32;
  struct Name {
    std::string_view text = {};
    std::uint8_t before = 0;  ///< the place of the name before it in its slot
  };

  std::array<Name, kMost> names_ = {};
  std::array<std::uint8_t, kSlots> last_ = {};  ///< places, which are 1 + an index; 0: none
};

/// Members that an event represents, by the shape they are represented in. Null: none.
struct KnownMembers {
  const KnownNames* scalars = nullptr;
  const KnownNames* objects = nullptr;
  const KnownNames* arrays = nullptr;
};

/// Writes every member of `object` that is not known, or is of another shape, to the metadata:
/// under its name in camelCase behind `prefix`, a scalar as it is, an object or array as JSON.
void KeepRest(JsonValue object, std::initializer_list<KnownMembers> known, std::string_view prefix,
              Metadata& metadata);

}  // namespace bandwidth
}  // namespace omni::inline v0_1

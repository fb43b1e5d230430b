/// \file
/// Twilio's parameters by their names.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "omni/event.h"
#include "twilio_name.h"
#include "twilio_parameters.h"

namespace omni::inline v0_1 {
namespace twilio {

/// Hands parameters out and remembers which ones, so that the rest can go to the metadata and
/// nothing that Twilio says is lost. Of several parameters of one name it hands out the first in
/// canonical order.
///
/// Thread safety: confined. Lifetime: the parameters outlive the reader.
class ParameterReader {
 public:
  explicit ParameterReader(const Parameters& parameters);

  /// The value, which stays in the metadata; empty when absent.
  [[nodiscard]] std::string_view Peek(Name name) const {
    const std::size_t place = places_[name.index()];
    return place == 0 ? std::string_view() : parameters_.fields()[place - 1].value;
  }
  [[nodiscard]] bool Has(Name name) const { return places_[name.index()] != 0; }
  /// The value, which the caller has put elsewhere in the event.
  std::string_view Take(Name name);
  /// As Take, of a name that ends in a number: `MediaUrl0`.
  std::string_view TakeNumbered(std::string_view name, std::size_t number);
  /// Takes the parameter if its value is `value`, because the event then says the same.
  void Drop(Name name, std::string_view value);

  /// Everything that was not taken, by its name in camelCase.
  [[nodiscard]] Metadata Rest() const;
  /// All of them as one JSON object.
  [[nodiscard]] std::string ToJson() const { return parameters_.ToJson(); }

 private:
  struct State {
    bool taken = false;
    std::optional<Name> name = {};  ///< of the first parameter of that name
  };

  const Parameters& parameters_;
  absl::InlinedVector<State, 64> states_;                 ///< by the index of a field
  std::array<std::uint16_t, kNames.size()> places_ = {};  ///< 1 + the index of a field; 0: absent
};

/// Whether `text` is a short word in lower case, such as may stand in the name of a queue.
[[nodiscard]] bool IsChannelName(std::string_view text);
/// `whatsapp` of `whatsapp:+15550100`; empty when there is no such prefix.
[[nodiscard]] std::string_view ChannelPrefix(std::string_view address);

}  // namespace twilio
}  // namespace omni::inline v0_1

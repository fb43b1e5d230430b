#include "bandwidth_time.h"

#include <optional>

#include "omni/support/time_parse.h"

namespace omni::inline v0_1 {
namespace bandwidth {

void SetTime(std::initializer_list<Clock> clocks, Event& event) {
  std::string_view taken;
  for (const Clock& clock : clocks) {
    if (const auto time = ParseIsoTime(clock.value.text())) {
      event.occurred_at = *time;
      taken = clock.value.text();
      break;
    }
  }
  for (const Clock& clock : clocks) {
    const std::string_view text = clock.value.scalar();
    if (text != taken) event.metadata.Set(clock.metadata_key, text);
  }
}

}  // namespace bandwidth
}  // namespace omni::inline v0_1

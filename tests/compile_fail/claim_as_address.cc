// A claim does not become a party of an event.
// Expect: no match for 'operator='|no viable overloaded '='
#include <string>

#include "omni/event.h"
#include "omni/provenance.h"

omni::Event EventFrom(const omni::Signed<std::string>& sender,
                      [[maybe_unused]] const omni::Claimed<std::string>& claimed) {
  omni::Event event;
  event.from.emplace();
  event.from->address = *sender;
#ifdef OMNI_MISUSE
  event.from->address = claimed;
#endif
  return event;
}

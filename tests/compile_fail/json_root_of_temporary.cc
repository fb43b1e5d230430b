// The root of a temporary document would dangle.
// Expect: use of deleted function '[^']*root|call to deleted member function 'root'
#include <string_view>
#include <utility>

#include "omni/json.h"

bool IsObject(std::string_view text) {
  auto document = omni::JsonDocument::Parse(text);
  if (!document.ok()) return false;
#ifdef OMNI_MISUSE
  return (*omni::JsonDocument::Parse(text)).root().is_object();
#else
  return document->root().is_object();
#endif
}

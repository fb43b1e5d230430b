// Nothing is signed without evidence, not even by way of empty braces.
// Expect: is private within this context|is ambiguous|calling a private constructor
#include <string>

#include "omni/provenance.h"

omni::Signed<std::string> Sign(const omni::SignedRequest& request, std::string value) {
#ifdef OMNI_MISUSE
  return omni::Signed<std::string>({}, value);
#else
  return request.Prove(value);
#endif
}

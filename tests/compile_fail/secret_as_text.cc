// A secret does not slip into text; taking it out means spelling `Reveal`.
// Expect: no match for 'operator\+'|invalid operands to binary expression
#include <string>

#include "omni/secret.h"

std::string Describe(const omni::Secret& secret) {
#ifdef OMNI_MISUSE
  return std::string("key ") + secret;
#else
  return std::string("key ") + std::string(secret.Reveal());
#endif
}

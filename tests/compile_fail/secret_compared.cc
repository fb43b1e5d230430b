// Secrets have no equality, which would take a time that depends on them.
// Expect: no match for 'operator==' .*Secret|invalid operands to binary expression .*Secret
#include "omni/secret.h"

bool Same(const omni::Secret& a, const omni::Secret& b) {
#ifdef OMNI_MISUSE
  return a == b;
#else
  return omni::ConstantTimeEquals(a.Reveal(), b.Reveal());
#endif
}

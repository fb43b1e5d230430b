// A secret is copied on purpose or not at all.
// Expect: use of deleted function '[^']*Secret|call to deleted constructor of 'omni::Secret'
#include "omni/secret.h"

omni::Secret Copy(const omni::Secret& secret) {
#ifdef OMNI_MISUSE
  return secret;
#else
  return secret.Clone();
#endif
}

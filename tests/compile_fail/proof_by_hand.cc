// Evidence of verification comes from a SignedRequest and from nowhere else.
// Expect: Proof::Proof\(\)' is private|calling a private constructor of class 'omni::[^']*Proof'
#include "omni/provenance.h"

omni::Signed<int> Prove(const omni::SignedRequest& request) {
#ifdef OMNI_MISUSE
  const omni::Proof proof;
  return omni::Signed<int>(proof, 1);
#else
  return omni::Signed<int>(request.proof(), 1);
#endif
}

// A claim becomes signed only through TrustClaim, which asks for evidence and a reason.
// Expect: no matching function for call to '[^']*Signed|no matching constructor for .*Signed
#include <string>
#include <string_view>

#include "omni/provenance.h"

omni::Signed<std::string_view> Accept(const omni::Proof& proof,
                                      omni::Claimed<std::string_view> claim) {
#ifdef OMNI_MISUSE
  return omni::Signed<std::string_view>(proof, claim);
#else
  return omni::TrustClaim(proof, claim, "a forged value changes a label and nothing else");
#endif
}

// A completion is spent by the call: it must be moved from to be called.
// Expect: no match for call to '[^']*Completion|no matching function for call to object of type
#include <utility>

#include "absl/status/status.h"
#include "omni/ports/completion.h"

void Finish(omni::Completion<absl::Status> done) {
#ifdef OMNI_MISUSE
  done(absl::OkStatus());
#endif
  std::move(done)(absl::OkStatus());
}

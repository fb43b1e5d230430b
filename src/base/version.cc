#include "omni/version.h"

namespace omni::inline v0_1 {

std::string_view LibraryVersion() { return OMNI_VERSION_STRING; }

}  // namespace omni::inline v0_1

/// \file
/// The version of omni. CMake reads it from here; it is spelled nowhere else.
///
/// The inline namespace of every public name (`omni::v0_1`) is the ABI epoch: major and minor
/// before 1.0, the major alone afterwards. The patch number never changes the ABI.
#pragma once

#include <string_view>

#include "omni/export.h"

#define OMNI_VERSION_MAJOR 0
#define OMNI_VERSION_MINOR 1
#define OMNI_VERSION_PATCH 0
#define OMNI_VERSION_STRING "0.1.0"

namespace omni::inline v0_1 {

/// The version of the library that was linked, which may differ from the header's.
[[nodiscard]] OMNI_EXPORT std::string_view LibraryVersion();

}  // namespace omni::inline v0_1

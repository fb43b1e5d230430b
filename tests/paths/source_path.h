/// \file
/// Where the sources are, for tests that read fixtures. Asked of a function and not of a macro:
/// only one object depends on the folder, and the compiler's cache serves every clone with the
/// rest.
#pragma once

#include <string>
#include <string_view>

namespace omni::inline v0_1 {

/// The absolute path of what is named from the root of the project; of the root, for no name.
std::string SourcePath(std::string_view name);

}  // namespace omni::inline v0_1

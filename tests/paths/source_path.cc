#include "paths/source_path.h"

namespace omni::inline v0_1 {

std::string SourcePath(std::string_view name) {
  std::string path = OMNI_SOURCE_DIR;
  if (!name.empty()) path.append("/").append(name);
  return path;
}

}  // namespace omni::inline v0_1

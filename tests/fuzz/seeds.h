/// \file
/// Seeds from the adapters' fixtures, whatever their shape.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace omni::fuzz {

/// The inputs in a file of testdata: a whole request described in JSON becomes its text, a body
/// becomes a request to each path; other files are taken as they are.
[[nodiscard]] std::vector<std::string> ReadSeeds(const std::filesystem::path& file,
                                                 const std::vector<std::string>& paths);

/// Every file below a directory, sorted.
[[nodiscard]] std::vector<std::filesystem::path> FilesBelow(const std::filesystem::path& dir);

}  // namespace omni::fuzz

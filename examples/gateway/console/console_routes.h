/// \file
/// The console's files, which are part of the program, and the description of the API.
#pragma once

#include <span>
#include <string_view>

#include "http/router.h"

namespace host {

/// A file as it was when the program was built.
struct Asset {
  std::string_view name = {};
  std::string_view content = {};
  std::string_view hash = {};
};
/// Written by CMake. Lifetime: the program's.
[[nodiscard]] std::span<const Asset> ConsoleAssets();

/// `GET /console`, the files below it, and `GET /openapi.yaml`.
void AddConsoleRoutes(Router& router);

}  // namespace host

#include "explain/path_match.h"

#include <algorithm>
#include <string>

#include "omni/support/url.h"

namespace host {
namespace {

std::string_view TakeSegment(std::string_view& path) {
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(std::min(path.size(), segment.size() + 1));
  return segment;
}

}  // namespace

bool MatchPath(std::string_view pattern, std::string_view path, omni::PathParams& params) {
  if (std::count(pattern.begin(), pattern.end(), '/') !=
      std::count(path.begin(), path.end(), '/')) {
    return false;
  }
  while (!pattern.empty() || !path.empty()) {
    const std::string_view wanted = TakeSegment(pattern);
    const std::string_view segment = TakeSegment(path);
    if (wanted.starts_with('{') && wanted.ends_with('}')) {
      if (segment.empty()) return false;
      params.Add(std::string(wanted.substr(1, wanted.size() - 2)), omni::PercentDecode(segment));
    } else if (wanted != segment) {
      return false;
    }
  }
  return true;
}

}  // namespace host

/// \file
/// From a path to its endpoint.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "omni/adapter.h"

namespace omni::inline v0_1 {
namespace internal {

struct Endpoint;

/// Why `path` cannot be an endpoint's; empty when it can. It starts with `/`, has no query, and a
/// parameter is a whole segment: `/bandwidth/{destination}`.
[[nodiscard]] std::string_view PathProblem(std::string_view path);

/// A path with its parameters' names removed: two paths of one shape match the same requests.
[[nodiscard]] std::string PathShape(std::string_view path);

/// Exact paths first, then templates in the order in which they were added.
///
/// Thread safety: thread-compatible.
class RouteTable {
 public:
  /// `path` has no problem and its shape is new. Lifetime: the endpoint outlives the table.
  void Add(std::string_view path, const Endpoint* endpoint);

  /// The endpoint of a request's path, or null; fills `params` from the path's parameters,
  /// percent-decoded. A parameter is never empty.
  [[nodiscard]] const Endpoint* Find(std::string_view path, PathParams& params) const;

 private:
  struct Segment {
    bool parameter;
    std::string text;  ///< the literal, or the parameter's name
  };
  struct Template {
    std::vector<Segment> segments;
    const Endpoint* endpoint;
  };

  absl::flat_hash_map<std::string, const Endpoint*> exact_;
  std::vector<Template> templates_;
};

}  // namespace internal
}  // namespace omni::inline v0_1

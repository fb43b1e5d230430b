/// \file
/// From a path to its endpoint.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
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
  /// The endpoint's path has no problem and its shape is new. Lifetime: the endpoint outlives the
  /// table.
  void Add(const Endpoint* endpoint);

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

  /// Endpoints by their paths, which they have themselves: a table of pointers stays in the cache.
  struct ByPath {
    using is_transparent = void;
    std::size_t operator()(const Endpoint* endpoint) const;
    std::size_t operator()(std::string_view path) const;
    bool operator()(const Endpoint* a, const Endpoint* b) const;
    bool operator()(const Endpoint* a, std::string_view path) const;
  };

  absl::flat_hash_set<const Endpoint*, ByPath, ByPath> exact_;
  std::vector<Template> templates_;
};

}  // namespace internal
}  // namespace omni::inline v0_1

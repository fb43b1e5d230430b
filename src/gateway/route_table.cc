#include "gateway/route_table.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "base/absl_bridge.h"
#include "gateway/plan.h"
#include "omni/support/url.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

/// Cuts a path into its segments: `/a/b` gives `a`, `b`.
///
/// Thread safety: confined.
class Segments {
 public:
  explicit Segments(std::string_view path) : rest_(path) {}

  [[nodiscard]] bool AtEnd() const { return rest_.empty(); }
  std::string_view Next() {
    rest_.remove_prefix(1);  // the slash
    const std::size_t end = std::min(rest_.find('/'), rest_.size());
    const std::string_view segment = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return segment;
  }

 private:
  std::string_view rest_;
};

bool IsParameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

std::string_view ParameterName(std::string_view segment) {
  return segment.substr(1, segment.size() - 2);
}

}  // namespace

std::string_view PathProblem(std::string_view path) {
  if (path.empty() || path.front() != '/') return "must start with /";
  if (path.find_first_of("?# ") != path.npos) return "must be a path without query or fragment";
  for (Segments segments(path); !segments.AtEnd();) {
    std::string_view segment = segments.Next();
    if (IsParameter(segment)) segment = ParameterName(segment);
    if (segment.find_first_of("{}") != segment.npos) return "a parameter must be a whole segment";
  }
  return {};
}

std::string PathShape(std::string_view path) {
  std::string shape;
  for (Segments segments(path); !segments.AtEnd();) {
    const std::string_view segment = segments.Next();
    shape += '/';
    shape += IsParameter(segment) ? std::string_view("{}") : segment;
  }
  return shape;
}

void RouteTable::Add(const Endpoint* endpoint) {
  const std::string_view path = endpoint->path;
  Template added{{}, endpoint};
  bool exact = true;
  for (Segments segments(path); !segments.AtEnd();) {
    const std::string_view segment = segments.Next();
    const bool parameter = IsParameter(segment);
    exact = exact && !parameter;
    added.segments.push_back(
        {parameter, std::string(parameter ? ParameterName(segment) : segment)});
  }
  if (exact) {
    exact_.insert(endpoint);
  } else {
    templates_.push_back(std::move(added));
  }
}

std::size_t RouteTable::ByPath::operator()(std::string_view path) const {
  return absl::Hash<absl::string_view>()(ToAbsl(path));
}
std::size_t RouteTable::ByPath::operator()(const Endpoint* endpoint) const {
  return (*this)(std::string_view(endpoint->path));
}
bool RouteTable::ByPath::operator()(const Endpoint* a, std::string_view path) const {
  return a->path == path;
}
bool RouteTable::ByPath::operator()(const Endpoint* a, const Endpoint* b) const {
  return (*this)(a, std::string_view(b->path));
}

const Endpoint* RouteTable::Find(std::string_view path, PathParams& params) const {
  if (const auto found = exact_.find(path); found != exact_.end()) return *found;
  if (path.empty() || path.front() != '/') return nullptr;
  const auto matches = [path](const Template& candidate) {
    Segments segments(path);
    for (const Segment& expected : candidate.segments) {
      if (segments.AtEnd()) return false;
      const std::string_view segment = segments.Next();
      if (expected.parameter ? segment.empty() : segment != expected.text) return false;
    }
    return segments.AtEnd();
  };
  const auto found = std::find_if(templates_.begin(), templates_.end(), matches);
  if (found == templates_.end()) return nullptr;
  Segments segments(path);
  for (const Segment& expected : found->segments) {
    const std::string_view segment = segments.Next();
    if (expected.parameter) params.Add(expected.text, PercentDecode(segment));
  }
  return found->endpoint;
}

}  // namespace internal
}  // namespace omni::inline v0_1

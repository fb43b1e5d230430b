/// \file
/// Making a value where a container keeps it.
#pragma once

#include <type_traits>
#include <utility>

namespace omni::inline v0_1 {
namespace internal {

/// Becomes what `make` returns. Given to emplace_back, the value is made in the container, and what
/// is costly to move is not moved there.
template <class Make>
class InPlace {
 public:
  explicit InPlace(Make make) : make_(std::move(make)) {}

  // Implicit: that is what it is for.
  operator std::invoke_result_t<const Make&>() const { return make_(); }  // NOLINT

 private:
  Make make_;
};

}  // namespace internal
}  // namespace omni::inline v0_1

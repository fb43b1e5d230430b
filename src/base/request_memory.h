/// \file
/// Memory for the small texts of one request.
#pragma once

#include <array>
#include <cstddef>
#include <memory_resource>
#include <string_view>

namespace omni::inline v0_1 {
namespace internal {

/// Gives memory that lives as long as this does: the first of it is its own, and what a usual
/// request needs fits in.
///
/// Thread safety: confined.
class RequestMemory final : public std::pmr::monotonic_buffer_resource {
 public:
  // Beyond that, not the program's default resource, which may be for one thread.
  RequestMemory()
      : monotonic_buffer_resource(own_.data(), own_.size(), std::pmr::new_delete_resource()) {}

 private:
  static constexpr std::size_t kOwn = 512;
  // Not cleared: nothing of it is read before it is written.
  std::array<std::byte, kOwn> own_;
};

/// One text behind the other. Lifetime: that of what is allocated in `memory`.
[[nodiscard]] inline std::string_view CopyTo(std::pmr::memory_resource& memory,
                                             std::string_view text, std::string_view more = {}) {
  const std::size_t size = text.size() + more.size();
  if (size == 0) return {};
  auto* const copy = static_cast<char*>(memory.allocate(size, 1));
  more.copy(copy + text.copy(copy, text.size()), more.size());
  return {copy, size};
}

}  // namespace internal
}  // namespace omni::inline v0_1

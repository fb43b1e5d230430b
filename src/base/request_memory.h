/// \file
/// Memory for the small texts of one request.
#pragma once

#include <array>
#include <cstddef>
#include <memory_resource>
#include <string_view>

namespace omni::inline v0_1 {
namespace internal {

/// Bytes that are there before the memory that begins with them. Not cleared: nothing of it is read
/// before it is written.
struct RequestRoom {
  std::array<std::byte, 512> bytes;
};

/// Gives memory that lives as long as this does: the first of it is its own, and what a usual
/// request needs fits in.
///
/// Thread safety: confined.
class RequestMemory final : private RequestRoom, public std::pmr::monotonic_buffer_resource {
 public:
  // Beyond its room, not the program's default resource, which may be for one thread.
  RequestMemory()
      : monotonic_buffer_resource(bytes.data(), bytes.size(), std::pmr::new_delete_resource()) {}
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

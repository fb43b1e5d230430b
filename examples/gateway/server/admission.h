// What all requests under way may take together.
#pragma once

#include <atomic>
#include <cstddef>

namespace host::internal {

/// Counts requests that a handler has, and the bytes of requests that the server holds.
///
/// Thread safety: thread-safe.
class Admission {
 public:
  Admission(std::size_t max_requests, std::size_t max_bytes)
      : max_requests_(max_requests), max_bytes_(max_bytes) {}

  /// Whether there is room for one request more; then it is counted.
  [[nodiscard]] bool TryEnter() { return TryAdd(requests_, 1, max_requests_); }
  void Leave() { requests_.fetch_sub(1, std::memory_order_relaxed); }

  /// Whether there is room for that many bytes more; then they are counted.
  [[nodiscard]] bool TryHold(std::size_t bytes) { return TryAdd(bytes_, bytes, max_bytes_); }
  void Release(std::size_t bytes) {
    if (bytes > 0) bytes_.fetch_sub(bytes, std::memory_order_relaxed);
  }

  [[nodiscard]] std::size_t requests() const { return requests_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  static bool TryAdd(std::atomic<std::size_t>& count, std::size_t amount, std::size_t limit) {
    if (amount == 0) return true;
    // Adds first: one instruction where there is room, which is nearly always.
    if (count.fetch_add(amount, std::memory_order_relaxed) + amount <= limit) return true;
    count.fetch_sub(amount, std::memory_order_relaxed);
    return false;
  }

  const std::size_t max_requests_;
  const std::size_t max_bytes_;
  std::atomic<std::size_t> requests_ = 0;
  std::atomic<std::size_t> bytes_ = 0;
};

}  // namespace host::internal

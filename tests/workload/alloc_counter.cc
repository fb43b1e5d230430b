#include "workload/alloc_counter.h"

#include <cstdlib>

// glibc's own names for what is replaced below; free needs no replacement.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t nmemb, std::size_t size);
void* __libc_realloc(void* ptr, std::size_t size);
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

namespace omni::workload {
namespace {

constinit thread_local std::size_t t_count = 0;
constinit thread_local std::size_t t_bytes = 0;

void Note(std::size_t bytes) {
  ++t_count;
  t_bytes += bytes;
}

}  // namespace

AllocCounter::AllocCounter() : count_at_start_(t_count), bytes_at_start_(t_bytes) {}
std::size_t AllocCounter::count() const { return t_count - count_at_start_; }
std::size_t AllocCounter::bytes() const { return t_bytes - bytes_at_start_; }

}  // namespace omni::workload

#define OMNI_REPLACES_LIBC extern "C" __attribute__((visibility("default"), used))

OMNI_REPLACES_LIBC void* malloc(std::size_t size) {
  omni::workload::Note(size);
  return __libc_malloc(size);
}

OMNI_REPLACES_LIBC void* calloc(std::size_t nmemb, std::size_t size) {
  omni::workload::Note(nmemb * size);
  return __libc_calloc(nmemb, size);
}

OMNI_REPLACES_LIBC void* realloc(void* ptr, std::size_t size) {
  omni::workload::Note(size);
  return __libc_realloc(ptr, size);
}

/// \file
/// The only way to RapidJSON: renamed, so that a host which has another RapidJSON, or the same with
/// other macros, cannot clash with ours.
#pragma once

#ifdef RAPIDJSON_RAPIDJSON_H_
#error "include RapidJSON through model/rapidjson.h only"
#endif

// A host may define these for its own use. The vector code reads past the end of the text, and
// accepts some control characters inside strings.
#undef RAPIDJSON_SSE2
#undef RAPIDJSON_SSE42

#define RAPIDJSON_NAMESPACE omni_rapidjson
#define RAPIDJSON_NAMESPACE_BEGIN namespace omni_rapidjson {
#define RAPIDJSON_NAMESPACE_END }

#include <rapidjson/allocators.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <bit>
#include <cstddef>
#include <cstdint>

#include "model/json_text.h"

namespace omni_rapidjson {

/// What the text must be followed by: a NUL, and as much as is read beyond it.
inline constexpr std::size_t kTextPadding = 8;

/// Takes the memory at once. On first use, as RapidJSON does it, it counts from a null pointer,
/// which is undefined.
template <>
inline internal::Stack<MemoryPoolAllocator<>>::Stack(MemoryPoolAllocator<>* allocator,
                                                     std::size_t capacity)
    : allocator_(allocator),
      ownAllocator_(nullptr),
      stack_(static_cast<char*>(allocator->Malloc(capacity))),
      stackTop_(stack_),
      stackEnd_(stack_ + capacity),
      initialCapacity_(capacity) {}

/// Skips plain bytes of a string eight at a time: a third of the whole parse otherwise. RapidJSON
/// leaves this hook empty where its vector code is off. Until the first escape of a string nothing
/// moves, and then its own loop goes on byte by byte.
template <>
template <>
inline void GenericReader<UTF8<>, UTF8<>, MemoryPoolAllocator<>>::ScanCopyUnescapedString(
    InsituStringStream& in, InsituStringStream& out) {
  if (in.src_ != out.dst_) return;
  char* p = in.src_;
  std::uint64_t special = 0;
  while ((special = omni::internal::SpecialBytes(omni::internal::LoadWord(p))) == 0) p += 8;
  if constexpr (std::endian::native == std::endian::little) p += std::countr_zero(special) / 8;
  in.src_ = p;
  out.dst_ = p;
}

}  // namespace omni_rapidjson

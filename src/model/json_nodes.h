/// \file
/// The memory of a JsonDocument, and the two readers that fill it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/block_shelf.h"
#include "omni/json.h"
#include "omni/json_storage.h"

namespace omni::inline v0_1 {

/// In one piece of memory with what it holds, because a webhook is read once and then let go.
struct JsonDocument::Buffers : internal::JsonStorage {
  /// Room for `nodes` values of a copy of `text`.
  [[nodiscard]] static std::unique_ptr<Buffers> Make(std::string_view text, std::size_t nodes);

  /// Reads any text within the limits, or says what is wrong with it and where: the authority on
  /// what is JSON.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Buffers>> Read(std::string_view text,
                                                                     const JsonLimits& limits);
  /// Reads what well-behaved carriers send, several times as fast; null for all else, be it JSON or
  /// not. What it reads, it reads as Read does.
  [[nodiscard]] static std::unique_ptr<Buffers> ReadFast(std::string_view text,
                                                         const JsonLimits& limits);

  static void operator delete(Buffers* buffers, std::destroying_delete_t);

 private:
  /// Enough for a webhook of a few kilobytes.
  using Shelf = internal::BlockShelf<(std::size_t{1} << 14)>;

  Buffers(std::size_t text_size, std::size_t nodes) : JsonStorage{text_size, nodes} {}
  static void* operator new(std::size_t, void* memory) { return memory; }
  static std::size_t BytesFor(std::size_t text_size, std::size_t nodes) {
    return sizeof(Buffers) + nodes * sizeof(internal::JsonNode) + 2 * text_size;
  }
};

}  // namespace omni::inline v0_1

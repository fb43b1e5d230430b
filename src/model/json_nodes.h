/// \file
/// What a JsonDocument holds, and the two readers that fill it.
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

namespace omni::inline v0_1 {

/// One value. The nodes stand in source order, so that the first child of a container is the node
/// after it.
struct JsonNode {
  std::uint32_t begin = 0;   // where the value begins in the source
  std::uint32_t length = 0;  // of a string: unescaped, without its quotes; of others: in the source
  std::uint32_t key_begin = 0;
  std::uint32_t key_length = 0;
  std::uint32_t next = 0;  // the node after this one and all below it; while it is open: its parent
  std::uint32_t size = 0;  // children
  JsonType type = JsonType::kAbsent;
  bool escaped = false;      // the text is among the unescaped
  bool key_escaped = false;  // and so is the key
};

namespace internal {

/// The source, its nodes, and room for what its escaped strings stand for. An offset means the same
/// in the source and among the unescaped. The memory follows this object.
struct JsonStorage {
  [[nodiscard]] JsonNode* nodes() { return reinterpret_cast<JsonNode*>(this + 1); }
  [[nodiscard]] const JsonNode* nodes() const {
    return reinterpret_cast<const JsonNode*>(this + 1);
  }
  [[nodiscard]] char* source() { return reinterpret_cast<char*>(nodes() + capacity); }
  [[nodiscard]] const char* source() const {
    return reinterpret_cast<const char*>(nodes() + capacity);
  }
  /// Uninitialized where nothing is escaped.
  [[nodiscard]] char* unescaped() { return source() + size; }
  [[nodiscard]] const char* unescaped() const { return source() + size; }

  [[nodiscard]] std::string_view TextOf(const JsonNode& node) const {
    return {(node.escaped ? unescaped() : source()) + node.begin + 1, node.length};
  }
  [[nodiscard]] std::string_view KeyOf(const JsonNode& node) const {
    return {(node.key_escaped ? unescaped() : source()) + node.key_begin, node.key_length};
  }

  std::size_t size;      // of the source
  std::size_t capacity;  // of the nodes
};

}  // namespace internal

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
    return sizeof(Buffers) + nodes * sizeof(JsonNode) + 2 * text_size;
  }
};

}  // namespace omni::inline v0_1

/// \file
/// What a JsonDocument holds. Not for users: it stands here so that reading a document, which is
/// most of what an adapter does, needs no calls. It may change with any release.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace omni::inline v0_1 {

enum class JsonType : std::uint8_t { kAbsent, kNull, kBool, kNumber, kString, kObject, kArray };

namespace internal {

/// A few bits that keys which differ rarely share, so that a search compares few of them. Here, so
/// that the compiler works it out for a name that is asked for.
[[nodiscard]] constexpr std::uint8_t KeyTag(std::string_view key) {
  if (key.empty()) return 0;
  const auto byte = [key](std::size_t i) {
    return std::size_t{static_cast<unsigned char>(key[i])};
  };
  return static_cast<std::uint8_t>(byte(0) + 3 * byte(key.size() - 1) + 9 * key.size());
}
/// Its place in the mask of an object's keys.
[[nodiscard]] constexpr std::uint32_t KeyBit(std::uint8_t tag) { return 1U << (tag & 31); }

/// One value. The nodes stand in source order, so that the first child of a container is the node
/// after it.
struct JsonNode {
  std::uint32_t begin = 0;   // where the value begins in the source
  std::uint32_t length = 0;  // of a string: unescaped, without its quotes; of others: in the source
  std::uint32_t key_begin = 0;
  std::uint32_t key_length = 0;
  std::uint32_t next = 0;  // the node after this one and all below it; while it is open: its parent
  std::uint32_t size = 0;  // children
  std::uint32_t key_bits = 0;  // of an object: what its keys have for bits
  JsonType type = JsonType::kAbsent;
  std::uint8_t key_tag = 0;
  bool escaped = false;      // the text is among the unescaped
  bool key_escaped = false;  // and so is the key
};

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

  [[nodiscard]] const JsonNode* After(const JsonNode& node) const { return nodes() + node.next; }
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

}  // namespace omni::inline v0_1

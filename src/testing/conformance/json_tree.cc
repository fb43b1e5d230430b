#include "testing/conformance/json_tree.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/status_macros.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

void Append(const JsonTree& tree, JsonWriter& writer) {
  switch (tree.type) {
    case JsonType::kObject:
      writer.BeginObject();
      for (const JsonTree& child : tree.children) {
        writer.Key(child.key);
        Append(child, writer);
      }
      return writer.EndObject();
    case JsonType::kArray:
      writer.BeginArray();
      for (const JsonTree& child : tree.children) Append(child, writer);
      return writer.EndArray();
    case JsonType::kString:
      return writer.String(tree.text);
    case JsonType::kNull:
    case JsonType::kAbsent:
      return writer.Null();
    case JsonType::kBool:
    case JsonType::kNumber:
      return writer.Raw(tree.text);
  }
}

JsonTree* FindChild(JsonTree& tree, std::string_view name) {
  if (tree.type == JsonType::kArray) {
    const bool digits =
        !name.empty() && name.size() < 6 &&
        std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return nullptr;
    const auto index = static_cast<std::size_t>(std::stoul(std::string(name)));
    return index < tree.children.size() ? &tree.children[index] : nullptr;
  }
  const auto found = std::find_if(tree.children.begin(), tree.children.end(),
                                  [&](const JsonTree& child) { return child.key == name; });
  return found == tree.children.end() ? nullptr : &*found;
}

}  // namespace

JsonTree JsonTree::String(std::string_view text) {
  return {.type = JsonType::kString, .text = std::string(text)};
}

JsonTree JsonTree::Raw(std::string_view json) {
  return {.type = JsonType::kNumber, .text = std::string(json)};
}

JsonTree JsonTree::From(JsonValue value) {
  JsonTree tree{.type = value.type(), .text = std::string(value.scalar())};
  for (JsonValue element : value.elements()) tree.children.push_back(From(element));
  for (const JsonMember& member : value.members()) {
    tree.children.push_back(From(member.value));
    tree.children.back().key = member.key;
  }
  return tree;
}

JsonTree* JsonTree::Find(std::string_view pointer) {
  JsonTree* found = this;
  while (found != nullptr && !pointer.empty()) {
    if (pointer.front() != '/') return nullptr;
    pointer.remove_prefix(1);
    const std::string_view name = pointer.substr(0, pointer.find('/'));
    found = FindChild(*found, name);
    pointer.remove_prefix(name.size());
  }
  return found;
}

void JsonTree::Become(JsonTree other) {
  other.key = std::move(key);
  *this = std::move(other);
}

std::string JsonTree::Write() const {
  std::string out;
  JsonWriter writer(out);
  Append(*this, writer);
  return out;
}

absl::StatusOr<JsonTree> ParseTree(std::string_view text) {
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(text));
  return JsonTree::From(document.root());
}

void ForEachNode(JsonTree& tree, const std::function<void(JsonTree& node)>& visit) {
  visit(tree);
  for (JsonTree& child : tree.children) ForEachNode(child, visit);
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

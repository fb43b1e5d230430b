#include "simulate/json_fields.h"

#include <cstddef>

#include "absl/status/status.h"

namespace host {
namespace {

constexpr std::size_t kMaxNamed = 4;

std::string Join(const std::string& path, std::string_view step) {
  return path.empty() ? std::string(step) : path + "." + std::string(step);
}

void CollectPaths(omni::JsonValue value, const std::string& path, std::vector<std::string>& paths) {
  if (!value.is_object() && !value.is_array()) {
    paths.push_back(path);
    return;
  }
  for (const omni::JsonMember member : value.members()) {
    CollectPaths(member.value, Join(path, member.key), paths);
  }
  std::size_t index = 0;
  for (const omni::JsonValue element : value.elements()) {
    CollectPaths(element, Join(path, std::to_string(index++)), paths);
  }
}

// `a[0].b` as `a.0.b`.
std::string WithDots(std::string_view name) {
  std::string path;
  for (char c : name) {
    if (c == '[') c = '.';
    if (c == ']') continue;
    if (c == '.' && path.empty()) continue;
    path.push_back(c);
  }
  return path;
}

/// Copies JSON with one value replaced. Thread safety: confined.
class Rewriter {
 public:
  Rewriter(std::string_view path, std::string_view replacement, std::string& out)
      : path_(path), replacement_(replacement), writer_(out) {}

  void Write(omni::JsonValue value, const std::string& at) {
    if (at == path_ && !value.is_object() && !value.is_array()) return writer_.Raw(replacement_);
    if (value.is_object()) return WriteObject(value, at);
    if (value.is_array()) return WriteArray(value, at);
    writer_.Raw(value.raw());  // as it is spelled: halves of surrogate pairs stay
  }

 private:
  void WriteObject(omni::JsonValue value, const std::string& at) {
    writer_.BeginObject();
    for (const omni::JsonMember member : value.members()) {
      writer_.Key(member.key);
      Write(member.value, Join(at, member.key));
    }
    writer_.EndObject();
  }
  void WriteArray(omni::JsonValue value, const std::string& at) {
    writer_.BeginArray();
    std::size_t index = 0;
    for (const omni::JsonValue element : value.elements()) {
      Write(element, Join(at, std::to_string(index++)));
    }
    writer_.EndArray();
  }

  std::string_view path_;
  std::string_view replacement_;
  omni::JsonWriter writer_;
};

omni::JsonValue ValueAt(omni::JsonValue value, std::string_view path) {
  while (!path.empty()) {
    const std::string_view step = path.substr(0, path.find('.'));
    path.remove_prefix(path.size() == step.size() ? step.size() : step.size() + 1);
    if (!value.is_array()) {
      value = value[step];
      continue;
    }
    std::size_t index = 0;
    for (const char c : step) index = index * 10 + static_cast<std::size_t>(c - '0');
    value = value.At(index);
  }
  return value;
}

}  // namespace

std::vector<std::string> JsonPaths(omni::JsonValue root) {
  std::vector<std::string> paths;
  CollectPaths(root, "", paths);
  return paths;
}

absl::StatusOr<std::string> ResolvePath(const std::vector<std::string>& paths,
                                        std::string_view name) {
  const std::string wanted = WithDots(name);
  std::vector<const std::string*> found;
  for (const std::string& path : paths) {
    if (path == wanted) return path;
    if (path.ends_with("." + wanted)) found.push_back(&path);
  }
  if (found.empty()) return std::string();
  if (found.size() == 1) return *found.front();
  std::string message = std::string(name) + " may mean several fields:";
  for (std::size_t i = 0; i < found.size() && i < kMaxNamed; ++i) message += " " + *found[i];
  return absl::InvalidArgumentError(message);
}

absl::StatusOr<std::string> WithField(omni::JsonValue root, std::string_view path,
                                      std::string_view value) {
  std::string replacement;
  if (ValueAt(root, path).is_string()) {
    omni::JsonWriter(replacement).String(value);
  } else {
    const auto parsed = omni::JsonDocument::Parse(value);
    if (!parsed.ok()) {
      return absl::InvalidArgumentError(std::string(path) +
                                        " is no string; its value has to be JSON");
    }
    replacement = omni::CompactJson(parsed->root());
  }
  std::string out;
  Rewriter(path, replacement, out).Write(root, "");
  return out;
}

}  // namespace host

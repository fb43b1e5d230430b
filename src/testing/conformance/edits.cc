#include "testing/conformance/edits.h"

#include <algorithm>

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

constexpr std::size_t kCounterDigits = 4;

}  // namespace

std::vector<JsonTree*> Elements(Content& content, const Where& where) {
  if (where.batch.empty()) return {&content.tree()};
  std::vector<JsonTree*> elements;
  JsonTree* const batch =
      content.tree().Find(where.batch == "/" ? std::string_view() : where.batch);
  if (batch == nullptr || batch->type != JsonType::kArray) return {};
  elements.reserve(batch->children.size());
  for (JsonTree& element : batch->children) elements.push_back(&element);
  return elements;
}

std::string OtherId(std::string_view id, std::size_t number) {
  std::string counter = std::to_string(number);
  counter.insert(0, kCounterDigits - std::min(kCounterDigits, counter.size()), '0');
  const std::size_t kept = id.size() > counter.size() ? id.size() - counter.size() : id.size();
  std::string other = std::string(id.substr(0, kept)) + counter;
  if (other == id) other.front() = other.front() == '7' ? '8' : '7';
  return other;
}

bool ChangeId(JsonTree& element, const Where& where, std::size_t number) {
  bool changed = false;
  for (const std::string& pointer : where.id) {
    const JsonTree* const id = element.Find(pointer);
    if (id == nullptr || id->is_container() || id->text.empty()) continue;
    changed = ChangeValue(element, pointer, OtherId(id->text, number)) || changed;
  }
  return changed;
}

bool ChangeValue(JsonTree& element, std::string_view pointer, std::string_view value) {
  JsonTree* const node = pointer.empty() ? nullptr : element.Find(pointer);
  if (node == nullptr || node->is_container()) return false;
  const bool digits = !value.empty() && std::all_of(value.begin(), value.end(),
                                                    [](char c) { return c >= '0' && c <= '9'; });
  node->type = node->type == JsonType::kNumber && digits ? JsonType::kNumber : JsonType::kString;
  node->text = value;
  return true;
}

Trial Saying(const Subject& subject, const Content& content) {
  Trial trial = subject.genuine();
  content.Store(trial.request);
  return trial;
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

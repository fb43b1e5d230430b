#include "pipeline/parts.h"

#include <utility>

namespace omni::inline v0_1 {
namespace testing {

std::string PartJson(const Part& part) {
  const std::string number = std::to_string(part.number);
  return R"({"id":")" + (part.id.empty() ? "p" + number : part.id) + R"(","from":")" + part.from +
         R"(","to":"+15552223333","account":")" + part.account + R"(","text":")" +
         (part.text.empty() ? number : part.text) + R"(","fragment":{"reference":")" +
         part.reference + R"(","number":)" + number + R"(,"total":)" + std::to_string(part.total) +
         R"(,"bits":)" + std::to_string(part.bits) + "}" + part.more + "}";
}

std::string PartsBody(const std::vector<Part>& parts) {
  std::string events;
  for (const Part& part : parts) events.append(events.empty() ? "" : ",").append(PartJson(part));
  return R"({"events":[)" + events + "]}";
}

std::string PartBody(const Part& part) { return PartsBody({part}); }

std::vector<std::string> Texts(const Harness& harness) {
  std::vector<std::string> texts;
  for (const Event& event : harness.AcceptedEvents()) {
    std::string text = event.message->text;
    if (const auto& fragment = event.message->fragment) {
      text += " (" + std::to_string(fragment->number) + "/" + std::to_string(fragment->total) + ")";
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace testing
}  // namespace omni::inline v0_1

#include "whatsapp_interactive.h"

#include <span>
#include <string_view>

#include "whatsapp_fields.h"

namespace omni::inline v0_1 {
namespace whatsapp {
namespace {

// A button or a row of a list.
void ReadChoice(InteractiveKind kind, JsonValue reply, Event& event) {
  static constexpr std::string_view kScalars[] = {"id", "title", "description"};
  Interactive& choice = *event.message->interactive;
  choice.kind = kind;
  choice.id = reply["id"].scalar();
  choice.title = reply["title"].scalar();
  choice.description = reply["description"].scalar();
  event.message->text = choice.title;
  KeepRest(reply, {kScalars, {}}, "interactive", event.metadata);
}

// A form that was filled in. Its answers are a JSON text inside a JSON string.
void ReadForm(JsonValue reply, Event& event) {
  static constexpr std::string_view kScalars[] = {"name", "body", "response_json"};
  static constexpr std::string_view kStructures[] = {"response_json"};
  const std::string_view name = reply["name"].scalar();
  const JsonValue answers = reply["response_json"];
  Interactive& form = *event.message->interactive;
  form.kind = name == "address_message" ? InteractiveKind::kForm : InteractiveKind::kFlow;
  if (answers.is_string()) {
    form.payload = RawJson::FromText(answers.text());
  } else if (answers.exists()) {
    form.payload = RawJson::From(answers);
  }
  event.message->text = reply["body"].scalar();
  event.metadata.Set("flowName", name);
  KeepRest(reply, {kScalars, kStructures}, "interactive", event.metadata);
}

}  // namespace

void ReadInteractive(JsonValue interactive, Event& event) {
  static constexpr std::string_view kScalars[] = {"type"};
  const std::string_view type = interactive["type"].text();
  const JsonValue reply = interactive[type];
  Interactive& result = event.message->interactive.emplace();
  if (type == "button_reply" && reply.is_object()) {
    ReadChoice(InteractiveKind::kButton, reply, event);
  } else if (type == "list_reply" && reply.is_object()) {
    ReadChoice(InteractiveKind::kList, reply, event);
  } else if (type == "nfm_reply" && reply.is_object()) {
    ReadForm(reply, event);
  } else {
    if (interactive.exists()) result.payload = RawJson::From(interactive);
    return;
  }
  KeepRest(interactive, {kScalars, std::span(&type, 1)}, "interactive", event.metadata);
}

}  // namespace whatsapp
}  // namespace omni::inline v0_1

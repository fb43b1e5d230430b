#include "livechat_history_entry.h"

#include <string_view>

#include "livechat_content.h"
#include "livechat_event.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace {

bool IsTap(const Message& message) {
  return message.interactive && message.interactive->kind == InteractiveKind::kPostback;
}

/// That the message which a notice is about was deleted, until it is given what it is now.
HistoryEntry RevisionBy(const Event& event) {
  HistoryEntry entry{.message = event, .revises = true};
  entry.message.kind = EventKind::kMessage;
  entry.message.carrier_message_id = event.notice->subject;
  entry.message.notice.reset();
  return entry;
}

std::optional<HistoryEntry> EntryForEdit(const Event& event) {
  HistoryEntry entry = RevisionBy(event);
  const auto document = JsonDocument::Parse(event.notice->detail.text);
  if (!document.ok()) return std::nullopt;
  const JsonValue item = document->root();
  if (item["deleted"].AsBool().value_or(false)) return entry;
  const ContentRow* row = FindContent(item["type"].text());
  if (row == nullptr) return std::nullopt;
  entry.message.message.emplace();
  row->read(item, entry.message);
  return entry;
}

}  // namespace

std::optional<HistoryEntry> EntryFor(const Event& event) {
  if (event.message && !IsTap(*event.message)) return HistoryEntry{.message = event};
  if (!event.notice) return std::nullopt;
  const std::string_view type = event.notice->type;
  if (type == "deleted") return RevisionBy(event);
  if (type == "edited") return EntryForEdit(event);
  // An edit that left it to the agents. Other notes were never in the history.
  if (type == "note" && event.metadata.Get("action") == kUpdated) return RevisionBy(event);
  return std::nullopt;
}

}  // namespace livechat
}  // namespace omni::inline v0_1

#include "livechat_history_entry.h"

namespace omni::inline v0_1 {
namespace livechat {
namespace {

bool IsTap(const Message& message) {
  return message.interactive && message.interactive->kind == InteractiveKind::kPostback;
}

}  // namespace

std::optional<HistoryEntry> EntryFor(const Event& event) {
  if (!event.message || IsTap(*event.message)) return std::nullopt;
  return HistoryEntry{.message = event};
}

}  // namespace livechat
}  // namespace omni::inline v0_1

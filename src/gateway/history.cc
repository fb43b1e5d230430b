#include "gateway/history.h"

#include <utility>

namespace omni::inline v0_1 {
namespace internal {

void History::Copy(const Batch& batch) {
  if (core_.conversations != nullptr) entries_ = batch.MakeHistoryEntries();
}

void History::Append(const Batch& batch) {
  std::vector<Event> messages;
  std::vector<Event> revisions;
  for (Batch::ItemEntry& each : entries_) {
    if (!batch.IsQueued(each.item)) continue;
    (each.entry.revises ? revisions : messages).push_back(std::move(each.entry.message));
  }
  if (!messages.empty()) {
    WarnUnless(core_.conversations->Append({.events = messages}), "history_not_appended");
  }
  if (!revisions.empty()) {
    WarnUnless(core_.conversations->Revise({.events = revisions}), "history_not_revised");
  }
}

void History::WarnUnless(const absl::Status& done, std::string_view warning) const {
  if (done.ok() || core_.observer == nullptr) return;
  core_.observer->OnWarning(warning, "the conversation store is unavailable");
}

}  // namespace internal
}  // namespace omni::inline v0_1

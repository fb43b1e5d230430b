#include "gateway/history.h"

#include <utility>

namespace omni::inline v0_1 {
namespace internal {

void History::Copy(const Batch& batch) {
  if (core_.conversations != nullptr) entries_ = batch.MakeHistoryEntries();
}

void History::Append(const Batch& batch) {
  std::vector<Event> events;
  for (Batch::ItemEntry& each : entries_) {
    if (batch.IsQueued(each.item)) events.push_back(std::move(each.entry.message));
  }
  if (events.empty()) return;
  if (!core_.conversations->Append({.events = events}).ok() && core_.observer != nullptr) {
    core_.observer->OnWarning("history_not_appended", "the conversation store is unavailable");
  }
}

}  // namespace internal
}  // namespace omni::inline v0_1

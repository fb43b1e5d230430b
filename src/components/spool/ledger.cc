#include "components/spool/ledger.h"

#include <algorithm>

#include "components/spool/wrapping.h"

namespace omni::inline v0_1 {
namespace internal {

SpoolLedger::Note SpoolLedger::NoteOf(const Envelope& wrapped) {
  return {.group = wrapped.group, .bytes = BytesOf(wrapped)};
}

bool SpoolLedger::Reserve(const std::vector<Note>& notes) {
  std::size_t bytes = 0;
  for (const Note& note : notes) bytes += note.bytes;
  MutexLock lock(mutex_);
  if (counts_.waiting + counts_.dead + notes.size() > max_envelopes_ ||
      counts_.bytes + bytes > max_bytes_) {
    return false;
  }
  ++reserved_;
  ++unsettled_;
  counts_.waiting += notes.size();
  counts_.bytes += bytes;
  for (const Note& note : notes) {
    if (!note.group.empty()) ++groups_[note.group];
  }
  return true;
}

void SpoolLedger::Settle(const std::vector<Note>& notes, const std::vector<Kept>& kept) {
  MutexLock lock(mutex_);
  --unsettled_;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    if (kept[i] == Kept::kInDoubt) in_doubt_ = true;
    if (kept[i] != Kept::kNo) continue;
    Leave(notes[i]);
    counts_.bytes -= std::min(counts_.bytes, notes[i].bytes);
  }
}

void SpoolLedger::Leave(const Note& note) {
  counts_.waiting -= std::min<std::size_t>(counts_.waiting, 1);
  const auto group = groups_.find(note.group);
  if (group != groups_.end() && --group->second == 0) groups_.erase(group);
  ForgetGroupsIfEmpty();
}

void SpoolLedger::ForgetGroupsIfEmpty() {
  if (counts_.waiting > 0) return;
  groups_.clear();
  some_groups_unknown_ = false;
}

void SpoolLedger::Release(const Note& note) {
  MutexLock lock(mutex_);
  Leave(note);
  counts_.bytes -= std::min(counts_.bytes, note.bytes);
  // The bytes of what was there before us were counted another way.
  if (counts_.waiting == 0 && counts_.dead == 0) counts_.bytes = 0;
}

void SpoolLedger::Bury(const Note& note) {
  MutexLock lock(mutex_);
  Leave(note);
  ++counts_.dead;
}

std::size_t SpoolLedger::BeginRedrive(std::size_t limit) {
  MutexLock lock(mutex_);
  const std::size_t count = std::min(limit, counts_.dead);
  if (count == 0) return 0;
  counts_.dead -= count;
  counts_.waiting += count;
  some_groups_unknown_ = true;
  return count;
}

void SpoolLedger::EndRedrive(std::size_t begun, std::size_t redriven) {
  MutexLock lock(mutex_);
  const std::size_t left = begun - std::min(begun, redriven);
  counts_.dead += left;
  counts_.waiting -= std::min(counts_.waiting, left);
  ForgetGroupsIfEmpty();
}

std::uint64_t SpoolLedger::BeginRecount() const {
  MutexLock lock(mutex_);
  return in_doubt_ && unsettled_ == 0 ? reserved_ : 0;
}

void SpoolLedger::EndRecount(std::uint64_t mark, std::size_t waiting) {
  MutexLock lock(mutex_);
  if (mark != reserved_) return;
  in_doubt_ = false;
  counts_.waiting = waiting;
  some_groups_unknown_ = true;
  ForgetGroupsIfEmpty();
}

bool SpoolLedger::IsWaiting(const std::string& group) const {
  MutexLock lock(mutex_);
  return some_groups_unknown_ || (!group.empty() && groups_.contains(group));
}

SpoolLedger::Counts SpoolLedger::counts() const {
  MutexLock lock(mutex_);
  return counts_;
}

}  // namespace internal
}  // namespace omni::inline v0_1

/// \file
/// What the spool holds, without asking the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/mutex.h"
#include "omni/ports/queue_sink.h"

namespace omni::inline v0_1 {
namespace internal {

/// Counts and bounds, and which groups something waits of.
///
/// Thread safety: thread-safe.
class SpoolLedger {
 public:
  struct Counts {
    std::size_t waiting = 0;
    std::size_t dead = 0;
    std::size_t bytes = 0;
  };
  /// One envelope's part of it, under the group that it has in the file.
  struct Note {
    std::string group = {};
    std::size_t bytes = 0;
  };

  SpoolLedger(std::size_t max_envelopes, std::size_t max_bytes, const Counts& counts)
      : max_envelopes_(max_envelopes),
        max_bytes_(max_bytes),
        counts_(counts),
        some_groups_unknown_(counts.waiting > 0) {}

  [[nodiscard]] static Note NoteOf(const Envelope& wrapped);

  /// Counts all of them as waiting, before they are; or none, when there is no room.
  [[nodiscard]] bool Reserve(const std::vector<Note>& notes);
  enum class Kept { kYes, kNo, kInDoubt };
  /// What became of each that was reserved.
  void Settle(const std::vector<Note>& notes, const std::vector<Kept>& kept);

  /// The engine has it.
  void Release(const Note& note);
  /// It is a dead letter now.
  void Bury(const Note& note);
  /// So many dead letters, or fewer, are about to wait again; how many it can be.
  [[nodiscard]] std::size_t BeginRedrive(std::size_t limit);
  void EndRedrive(std::size_t begun, std::size_t redriven);

  /// Where there is doubt whether something was kept and nobody is about to keep more: a mark of
  /// this moment; else 0.
  [[nodiscard]] std::uint64_t BeginRecount() const;
  /// What the file holds, unless something was reserved since the mark.
  void EndRecount(std::uint64_t mark, std::size_t waiting);

  /// Whether an envelope of that group has to go behind another.
  [[nodiscard]] bool IsWaiting(const std::string& group) const;
  [[nodiscard]] Counts counts() const;

 private:
  void Leave(const Note& note) OMNI_REQUIRES(mutex_);
  void ForgetGroupsIfEmpty() OMNI_REQUIRES(mutex_);

  const std::size_t max_envelopes_;
  const std::size_t max_bytes_;
  mutable Mutex mutex_;
  Counts counts_ OMNI_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, std::size_t> groups_ OMNI_GUARDED_BY(mutex_);
  std::uint64_t reserved_ OMNI_GUARDED_BY(mutex_) = 1;  ///< how often; never 0
  std::size_t unsettled_ OMNI_GUARDED_BY(mutex_) = 0;
  bool in_doubt_ OMNI_GUARDED_BY(mutex_) = false;
  // What was in the file when it was opened may be of any group. Until it is empty, all wait.
  bool some_groups_unknown_ OMNI_GUARDED_BY(mutex_);
};

}  // namespace internal
}  // namespace omni::inline v0_1

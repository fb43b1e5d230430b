/// \file
/// Everything a gateway needs, durable, in one SQLite file: the queue with its dead letters, the
/// keys of what was received, parts of messages, capsules, mappings, conversations and files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/export.h"
#include "omni/ports/clock.h"
#include "omni/ports/conversation_store.h"
#include "omni/ports/fragment_store.h"
#include "omni/ports/idempotency_store.h"
#include "omni/ports/mapping_store.h"
#include "omni/ports/quarantine_store.h"
#include "omni/ports/queue_browser.h"
#include "omni/ports/queue_sink.h"
#include "omni/ports/queue_source.h"

namespace omni::inline v0_1 {

struct SqliteOptions {
  std::string path = {};              ///< of the file; made when it is not there
  std::shared_ptr<Clock> clock = {};  ///< none: the system's
  std::string vfs = {};               ///< SQLite's name of the file system layer; empty: its own
  std::int64_t max_file_bytes = 0;    ///< beyond this writes are refused: Unavailable; 0: no limit

  /// Writes that wait for the disk; beyond this they are refused: Unavailable.
  std::size_t max_pending_envelopes = 100'000;
  std::size_t max_pending_bytes = std::size_t{64} << 20;
  std::size_t max_commit_envelopes = 1'000;  ///< of one commit

  int max_attempts = 3;                             ///< then an envelope is a dead letter
  absl::Duration keep_dead = absl::Hours(24 * 14);  ///< then a dead letter is deleted

  /// How long a dedupe key is known after its envelope was accepted, and how many are at most; each
  /// takes about 40 bytes of memory. Beyond that the oldest are forgotten.
  absl::Duration keep_keys = absl::Hours(24 * 8);
  std::size_t max_keys = 10'000'000;
  std::size_t max_claims = 100'000;  ///< in flight at the idempotency store; beyond: Unavailable

  /// Room for parts that wait; what was handed out may be as much again. As MemoryFragmentOptions.
  std::size_t max_fragment_bytes = std::size_t{256} << 20;
  std::size_t max_fragment_groups = 1'000'000;
  std::size_t max_fragment_bytes_per_tenant = std::size_t{64} << 20;
  std::size_t max_fragment_groups_per_tenant = 250'000;
  std::size_t max_owed_fragments = 1'000'000;

  /// Beyond these, capsules and mappings are refused.
  std::size_t max_capsules = 100'000;
  std::size_t max_capsule_bytes = std::size_t{512} << 20;
  std::size_t max_mappings = 1'000'000;

  std::size_t max_conversations = 1'000'000;        ///< beyond, those silent longest are forgotten
  std::size_t max_messages_per_conversation = 200;  ///< beyond, the oldest are forgotten

  std::size_t max_media_file_bytes = std::size_t{16} << 20;
  std::size_t max_media_bytes = std::size_t{1} << 30;  ///< of all; beyond this files are refused
  std::string media_base_url = {};                     ///< a file's URL is this and its id
};

/// Files that the host can read back, to serve them.
///
/// Thread safety: thread-safe.
class OMNI_EXPORT SqliteMediaStore : public MediaStore {
 public:
  /// Nothing when there is no such file.
  [[nodiscard]] virtual absl::StatusOr<std::optional<MediaUpload>> Find(std::string_view id) = 0;
};

/// The queue's source, and what not every engine can do.
///
/// Thread safety: thread-safe.
class OMNI_EXPORT SqliteQueueSource : public QueueSource {
 public:
  struct BuryParams {
    std::string receipt = {};
    std::string reason = {};
  };
  /// To the dead letters, whatever attempts are left. Errors: NotFound when the loan is over.
  virtual absl::Status Bury(const BuryParams& params) = 0;
};

/// The ports of one file. What one of them has said OK to is on the disk and outlasts the process
/// and a power cut. docs/durability.md says what is promised and how to operate it.
///
/// - The sink deduplicates by the dedupe key, in the transaction that keeps the envelope: what it
///   reports as AlreadyExists was accepted before. So a gateway needs no idempotency store beside
///   it. Both know the same keys, and a Complete after an Enqueue costs nothing.
/// - Enqueues that come while a commit is under way share the next one; a lone one does not wait.
///   Completions run on the store's own thread and must not block it. They may call any port.
/// - A full disk or a failure of it refuses what was waiting with Unavailable, nothing else; once
///   there is room, writes are accepted again.
/// - One process owns the file. The ports keep it open: it is closed when the last one is gone,
/// after
///   everything that was waiting was written.
///
/// Lifetime: independent of the ports.
/// Thread safety: thread-compatible; the ports are thread-safe.
struct OMNI_EXPORT SqliteStore {
  std::shared_ptr<QueueSink> sink = {};
  std::shared_ptr<SqliteQueueSource> source = {};
  std::shared_ptr<QueueBrowser> browser = {};
  std::shared_ptr<IdempotencyStore> idempotency = {};
  std::shared_ptr<FragmentStore> fragments = {};
  std::shared_ptr<QuarantineStore> quarantine = {};
  std::shared_ptr<MappingStore> mappings = {};
  std::shared_ptr<ConversationStore> conversations = {};
  std::shared_ptr<SqliteMediaStore> media = {};
};

/// Opens the file, makes it when it is not there, and brings its schema up to date.
///
/// Errors: InvalidArgument (an option), Unavailable (the file cannot be opened, or another process
/// has it), FailedPrecondition (a newer omni has written it), DataLoss (it is no SQLite file, or
/// damaged).
[[nodiscard]] OMNI_EXPORT absl::StatusOr<SqliteStore> OpenSqlite(const SqliteOptions& options);

/// Looks into the queues of a file, also while another process owns it. Changes nothing in it and
/// holds up nobody.
///
/// Errors: NotFound (no such file, or nothing in it yet), FailedPrecondition (an omni of another
/// version has written it), Unavailable (it cannot be opened), DataLoss (it is no SQLite file, or
/// damaged).
[[nodiscard]] OMNI_EXPORT absl::StatusOr<std::shared_ptr<QueueBrowser>> OpenSqliteBrowser(
    const std::string& path);

}  // namespace omni::inline v0_1

/// \file
/// An engine: the queue and every store of a gateway, of one kind.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/inquiry.h"
#include "omni/ports/conversation_store.h"
#include "omni/ports/fragment_store.h"
#include "omni/ports/idempotency_store.h"
#include "omni/ports/mapping_store.h"
#include "omni/ports/quarantine_store.h"
#include "omni/ports/queue_browser.h"
#include "omni/ports/queue_sink.h"
#include "omni/ports/queue_source.h"

namespace host {

/// Thread safety: immutable; the ports are thread-safe.
struct Engine {
  std::shared_ptr<omni::QueueSink> sink = {};
  std::shared_ptr<omni::QueueSource> source = {};    ///< null: nothing can be taken out again
  std::shared_ptr<omni::QueueBrowser> browser = {};  ///< null: nothing can be looked at
  std::shared_ptr<omni::IdempotencyStore> idempotency = {};
  std::shared_ptr<omni::FragmentStore> fragments = {};
  std::shared_ptr<omni::QuarantineStore> quarantine = {};
  std::shared_ptr<omni::MappingStore> mappings = {};
  std::shared_ptr<omni::ConversationStore> conversations = {};
  std::shared_ptr<omni::MediaStore> media = {};

  using FindMedia = absl::AnyInvocable<absl::StatusOr<std::optional<omni::MediaUpload>>(
      std::string_view id) const>;
  /// Reads back what `media` keeps.
  std::shared_ptr<const FindMedia> find_media = {};

  using Probe = absl::AnyInvocable<absl::Status() const>;
  /// Whether the queue takes events now. Blocks for a bounded time.
  std::shared_ptr<const Probe> probe = {};

  /// How many envelopes wait in the spool; null: there is none.
  std::function<std::size_t()> spool_depth = {};

  /// Beside which the host keeps what has to outlast it; empty: nothing outlasts it.
  std::string state_path = {};
  /// Where other programs ask for the source, because one process owns it; empty: they open it
  /// themselves.
  std::string control_path = {};
};

/// The `queue` setting, read and checked.
///
/// Thread safety: immutable.
class EngineOptions {
 public:
  virtual ~EngineOptions() = default;

  /// Opens everything, for the process that serves.
  [[nodiscard]] virtual absl::StatusOr<Engine> Open() const = 0;

  /// Opens what only looks, beside a process that serves. Default: FailedPrecondition, this kind of
  /// queue cannot be looked at.
  [[nodiscard]] virtual absl::StatusOr<std::shared_ptr<omni::QueueBrowser>> OpenBrowser() const;
  /// Opens what takes events out, beside a process that serves or without one. Default:
  /// FailedPrecondition, nothing can be taken out of this kind of queue.
  [[nodiscard]] virtual absl::StatusOr<std::shared_ptr<omni::QueueSource>> OpenSource() const;
  /// How long a source that was just opened may take to see what is there.
  [[nodiscard]] virtual absl::Duration source_patience() const { return absl::ZeroDuration(); }
};

}  // namespace host

/// \file
/// What was said in a conversation, and the files that belong to it.
#pragma once

#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "omni/event.h"
#include "omni/export.h"
#include "omni/inquiry.h"

namespace omni::inline v0_1 {

/// The history of conversations, by tenant and Event::conversation.
///
/// Thread safety: thread-safe. Calls block for a bounded time.
class OMNI_EXPORT ConversationStore {
 public:
  virtual ~ConversationStore();

  struct AppendParams {
    std::span<const Event> events = {};
  };
  /// Keeps messages, in any order of their times. One that is there already, by its dedupe key, is
  /// not kept twice.
  virtual absl::Status Append(const AppendParams& params) = 0;

  struct ReviseParams {
    /// Messages as they are now; those without Event::message were deleted.
    std::span<const Event> events = {};
  };
  /// Changes what is kept under these carrier_message_ids, each within its tenant and conversation:
  /// Event::message and Event::raw become what they are here. What was deleted is forgotten but for
  /// its keys, by which it does not come back.
  ///
  /// The order of arrival does not matter: what is not there yet is kept as it is here, and an
  /// Append of it that comes later does nothing. An event without a carrier_message_id is left out.
  virtual absl::Status Revise(const ReviseParams& params) = 0;

  /// Errors: NotFound when nothing was ever said in that conversation, or revised.
  [[nodiscard]] virtual absl::StatusOr<HistoryPage> Read(const HistoryQuery& query) = 0;
};

/// Files by conversation.
///
/// Thread safety: thread-safe. Calls block for a bounded time.
class OMNI_EXPORT MediaStore {
 public:
  virtual ~MediaStore();

  /// Keeps the file. The same content for the same conversation may be given the same id.
  ///
  /// Errors: ResourceExhausted when there is no room.
  [[nodiscard]] virtual absl::StatusOr<StoredMedia> Put(const MediaUpload& upload) = 0;
};

}  // namespace omni::inline v0_1

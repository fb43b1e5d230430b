/// \file
/// An envelope as a message of SQS, and back.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "omni/components/sqs.h"
#include "omni/export.h"
#include "omni/json.h"
#include "omni/ports/queue_source.h"

namespace omni::inline v0_1 {
namespace internal {

struct MessageOptions {
  bool is_fifo = false;
  bool in_base64 = false;  ///< the body, whatever it is
  absl::Duration delay = absl::ZeroDuration();

  /// Of a dead letter.
  std::string_view dead_reason = {};
  absl::Time enqueued_at = absl::InfinitePast();

  /// What makes it another message than the one with the same dedupe key: SQS would drop it.
  std::string_view generation = {};
};

struct SqsMessage {
  std::string members = {};  ///< of the JSON object that is sent, but for `Id`
  std::size_t bytes = 0;     ///< as SQS counts them
};

/// Dedupe key and group become ids where SQS takes them as such; longer ones, and those with other
/// characters, become hashes. What an attribute can hold is one that anybody can read:
/// `omni.dedupeKey`, `omni.eventId`, `omni.group`, and a header under its own name.
[[nodiscard]] OMNI_EXPORT SqsMessage EncodeMessage(const Envelope& envelope,
                                                   const MessageOptions& options);

/// A message as it was received, also one that somebody else has sent. `receipt` is SQS's handle;
/// the queue's name is not in it.
[[nodiscard]] OMNI_EXPORT Delivery DecodeMessage(JsonValue message);

/// Whether SQS takes the text as it is.
[[nodiscard]] OMNI_EXPORT bool IsSqsText(std::string_view text);

}  // namespace internal
}  // namespace omni::inline v0_1

/// \file
/// An envelope as the spool's file holds it: in one queue, with where it goes beside it.
#pragma once

#include <cstddef>
#include <string>

#include "omni/ports/queue_sink.h"

namespace omni::inline v0_1 {
namespace internal {

inline constexpr char kSpoolQueue[] = "spool";
[[nodiscard]] std::string SpoolDeadQueue();

/// The group of an envelope among all queues; empty when it has none.
[[nodiscard]] std::string SpoolGroup(const Envelope& envelope);

/// For the file: its queue and its group go into a last header, and it gets the spool's.
[[nodiscard]] Envelope Wrap(Envelope envelope);
/// What Wrap was given.
[[nodiscard]] Envelope Unwrap(Envelope envelope);

/// What a wrapped envelope takes, near enough.
[[nodiscard]] std::size_t BytesOf(const Envelope& envelope);

}  // namespace internal
}  // namespace omni::inline v0_1

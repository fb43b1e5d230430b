/// \file
/// Requests of one round of the server's loop, as one call of the sink.
#pragma once

#include <memory>

#include "absl/functional/any_invocable.h"
#include "omni/ports/queue_sink.h"

namespace host {

/// Hands what requests enqueue to `sink` once the loop that reads them has read all that were
/// there: so a commit has the envelopes of all of them, and the thread that commits is not woken
/// for the first alone. Nothing waits for what has not come yet, and what no loop enqueues goes
/// straight to `sink`.
///
/// What becomes of them is told on the loop again, where their memory came from and no lock is
/// contended, and not on the thread that commits, which has the next commit to make. But an
/// envelope that `stays`, which may be null, is told of where `sink` tells.
///
/// The envelopes keep their order. Only what is due at the same time, more or less, is enqueued as
/// one, and the earliest deadline counts for all of it. What is large goes by itself: a sink that
/// has no room for it may have some for the others. `sink` has to be one that would commit together
/// what comes singly, so that one that fails costs the others no more.
[[nodiscard]] std::shared_ptr<omni::QueueSink> GatherRounds(
    std::shared_ptr<omni::QueueSink> sink,
    absl::AnyInvocable<bool(const omni::Envelope&) const> stays);

}  // namespace host

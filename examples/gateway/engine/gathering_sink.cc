#include "engine/gathering_sink.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "server/http_server.h"

namespace host {
namespace {

/// What is due later than the rest by more than this is not enqueued with it: it would have to be
/// settled as early.
constexpr absl::Duration kSameTime = absl::Milliseconds(100);
/// Of what is enqueued together. A sink takes all of it or, when it holds too much already,
/// nothing.
constexpr std::size_t kMaxBytes = std::size_t{1} << 20;

using Stays = absl::AnyInvocable<bool(const omni::Envelope&) const>;

/// A request's share of what is enqueued together.
struct Part {
  std::size_t envelopes = 0;
  bool stays = false;
  omni::Completion<omni::Settlement> done = {};
  omni::Settlement settlement = {};
};
using Parts = std::vector<Part>;

/// Each gets its own outcomes; none, when there are none.
void Share(omni::Settlement all, Parts& parts) {
  auto next = std::make_move_iterator(all.outcomes.begin());
  auto left = all.outcomes.size();
  for (Part& part : parts) {
    const std::size_t count = std::min(part.envelopes, left);
    part.settlement.outcomes.assign(next, next + static_cast<std::ptrdiff_t>(count));
    next += static_cast<std::ptrdiff_t>(count);
    left -= count;
  }
}

void Tell(Parts& parts) {
  for (Part& part : parts) std::move(part.done)(std::move(part.settlement));
}

void Settle(omni::Settlement all, Parts parts, ServerThread& thread) {
  Share(std::move(all), parts);
  for (Part& part : parts) {
    if (part.stays) std::move(part.done)(std::move(part.settlement));
  }
  ServerThread::Task rest = [parts = std::move(parts)]() mutable { Tell(parts); };
  // NOLINTNEXTLINE(bugprone-use-after-move): what is not taken is left
  if (!thread.Post(std::move(rest))) std::move(rest)();
}

class GatheringSink;

/// What a loop's thread has gathered in this round.
struct Gathered {
  const GatheringSink* by = nullptr;
  std::shared_ptr<ServerThread> thread = {};
  omni::QueueSink::EnqueueParams params = {};
  std::size_t bytes = 0;  ///< of its envelopes
  Parts parts = {};
};

std::size_t BytesOf(const omni::Envelopes& envelopes) {
  std::size_t bytes = 0;
  for (const omni::Envelope& envelope : envelopes) bytes += sizeof(envelope) + envelope.body.size();
  return bytes;
}

// Owned by the task that ends the round; null: it has not begun to gather.
constinit thread_local Gathered* of_this_round = nullptr;

/// Thread safety: thread-safe.
class GatheringSink final : public omni::QueueSink,
                            public std::enable_shared_from_this<GatheringSink> {
 public:
  GatheringSink(std::shared_ptr<omni::QueueSink> sink, Stays stays)
      : sink_(std::move(sink)), stays_(std::move(stays)) {}

  void Enqueue(EnqueueParams params, omni::Completion<omni::Settlement> done) override {
    if (of_this_round == nullptr) Begin();
    if (of_this_round == nullptr || of_this_round->by != this) {
      return sink_->Enqueue(std::move(params), std::move(done));
    }
    Gathered& gathered = *of_this_round;
    const std::size_t bytes = BytesOf(params.envelopes);
    if (!IsDueWith(gathered.params, params) || gathered.bytes + bytes > kMaxBytes) {
      Forward(gathered);
    }
    gathered.bytes += bytes;
    if (gathered.parts.empty()) gathered.params.deadline = params.deadline;
    gathered.parts.push_back({.envelopes = params.envelopes.size(),
                              .stays = AnyStays(params.envelopes),
                              .done = std::move(done)});
    gathered.params.deadline = std::min(gathered.params.deadline, params.deadline);
    std::move(params.envelopes.begin(), params.envelopes.end(),
              std::back_inserter(gathered.params.envelopes));
  }

 private:
  [[nodiscard]] bool AnyStays(const omni::Envelopes& envelopes) const {
    return stays_ != nullptr && std::any_of(envelopes.begin(), envelopes.end(), std::cref(stays_));
  }

  static bool IsDueWith(const EnqueueParams& others, const EnqueueParams& params) {
    return others.deadline <= params.deadline + kSameTime &&
           params.deadline <= others.deadline + kSameTime;
  }

  /// Where the thread is a loop's.
  void Begin() {
    auto thread = ServerThread::Current();
    if (thread == nullptr) return;
    auto gathered = std::make_unique<Gathered>();
    gathered->by = this;
    gathered->thread = std::move(thread);
    of_this_round = gathered.get();
    ServerThread::RunAtEndOfRound([self = shared_from_this(), gathered = std::move(gathered)] {
      of_this_round = nullptr;
      self->Forward(*gathered);
    });
  }

  /// Leaves nothing behind.
  void Forward(Gathered& gathered) {
    Parts parts = std::exchange(gathered.parts, {});
    gathered.bytes = 0;
    if (parts.empty()) return;
    sink_->Enqueue(
        std::exchange(gathered.params, {}),
        [parts = std::move(parts), thread = gathered.thread](omni::Settlement all) mutable {
          Settle(std::move(all), std::move(parts), *thread);
        });
  }

  const std::shared_ptr<omni::QueueSink> sink_;
  const Stays stays_;
};

}  // namespace

std::shared_ptr<omni::QueueSink> GatherRounds(std::shared_ptr<omni::QueueSink> sink, Stays stays) {
  return std::make_shared<GatheringSink>(std::move(sink), std::move(stays));
}

}  // namespace host

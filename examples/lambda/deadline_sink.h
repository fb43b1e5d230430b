/// \file
/// A sink that ends with the invocation: Lambda stops the process when its time is over, so what
/// was not accepted by then must have been answered as such before.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "omni/ports/queue_sink.h"

namespace lambda {

/// Thread safety: thread-safe.
class DeadlineSink : public omni::QueueSink {
 public:
  explicit DeadlineSink(std::shared_ptr<omni::QueueSink> sink) : sink_(std::move(sink)) {}

  /// Of the invocation that is served now; an instance serves one at a time.
  void SetDeadline(absl::Time deadline) {
    deadline_ms_ = absl::ToUnixMillis(deadline - kForTheAnswer);
  }

  void Enqueue(EnqueueParams params, omni::Completion<omni::Settlement> done) override {
    params.deadline = std::min(params.deadline, absl::FromUnixMillis(deadline_ms_));
    sink_->Enqueue(std::move(params), std::move(done));
  }

 private:
  static constexpr absl::Duration kForTheAnswer = absl::Milliseconds(300);

  const std::shared_ptr<omni::QueueSink> sink_;
  std::atomic<std::int64_t> deadline_ms_ = std::numeric_limits<std::int64_t>::max();
};

}  // namespace lambda

/// \file
/// What waits to be sent to one queue.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "components/sqs/message.h"
#include "components/sqs/submission.h"
#include "omni/ports/queue_sink.h"

namespace omni::inline v0_1 {
namespace internal {

/// An envelope on its way.
struct Outgoing {
  std::shared_ptr<Submission> submission;
  std::size_t index = 0;  ///< among the envelopes of the submission
  Envelope envelope = {};
  SqsMessage message = {};
  std::size_t held_bytes = 0;  ///< of memory
  bool in_base64 = false;
  int failures = 0;
};

/// The envelopes of one group, in their order, of which one at most is being sent. An envelope
/// without an order to keep has a flow of its own.
struct Flow {
  std::string group = {};
  std::deque<Outgoing> waiting = {};
};
using FlowPtr = std::shared_ptr<Flow>;

/// Thread safety: confined to the loop.
class Lane {
 public:
  Lane(std::string queue, bool is_fifo) : queue_(std::move(queue)), is_fifo_(is_fifo) {}

  [[nodiscard]] const std::string& queue() const { return queue_; }
  [[nodiscard]] bool is_fifo() const { return is_fifo_; }

  void Add(Outgoing outgoing) {
    const std::string group = is_fifo_ ? outgoing.envelope.group : "";
    if (group.empty()) {
      ready_.push_back(std::make_shared<Flow>());
      ready_.back()->waiting.push_back(std::move(outgoing));
      return;
    }
    FlowPtr& flow = flows_[group];
    if (flow == nullptr) {
      flow = std::make_shared<Flow>();
      flow->group = group;
      ready_.push_back(flow);
    }
    flow->waiting.push_back(std::move(outgoing));
  }

  /// The flows whose first envelope may be sent, those that wait longest first.
  [[nodiscard]] std::deque<FlowPtr>& ready() { return ready_; }
  [[nodiscard]] const std::deque<FlowPtr>& ready() const { return ready_; }

  /// The flow's first envelope is through, one way or the other: the next may go.
  void Return(const FlowPtr& flow) {
    if (!flow->waiting.empty()) {
      ready_.push_back(flow);
    } else if (!flow->group.empty()) {
      flows_.erase(flow->group);
    }
  }

  std::size_t requests = 0;   ///< under way
  bool is_resolving = false;  ///< its URL is being asked for
  std::string url = {};

 private:
  const std::string queue_;
  const bool is_fifo_;
  std::map<std::string, FlowPtr> flows_;  ///< of the groups that have something waiting or sent
  std::deque<FlowPtr> ready_;
};

}  // namespace internal
}  // namespace omni::inline v0_1

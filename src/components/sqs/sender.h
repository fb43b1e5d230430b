/// \file
/// Sends what is enqueued, many to a request and many requests at a time.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "components/aws/aws_client.h"
#include "components/sqs/lane.h"
#include "components/sqs/queue_directory.h"
#include "components/sqs/submission.h"
#include "omni/components/sqs.h"
#include "omni/json.h"
#include "omni/ports/queue_sink.h"

namespace omni::inline v0_1 {
namespace internal {

/// Of each group one envelope at most is under way: a request may fail in part, and what failed
/// must not be overtaken by what came behind it.
///
/// Thread safety: confined to the loop, but for Encode.
class Sender : public std::enable_shared_from_this<Sender> {
 public:
  Sender(std::shared_ptr<AwsClient> client, std::shared_ptr<QueueDirectory> directory,
         std::shared_ptr<const SqsOptions> options)
      : client_(std::move(client)),
        directory_(std::move(directory)),
        options_(std::move(options)) {}

  /// Thread-safe.
  [[nodiscard]] std::vector<Outgoing> Encode(Envelopes envelopes) const;

  void Add(std::vector<Outgoing> outgoing, const std::shared_ptr<Submission>& submission);

  /// Calls `idle` once nothing is waiting.
  void NotifyWhenIdle(HttpLoop::Task idle);

 private:
  using Flows = std::vector<FlowPtr>;

  Lane& LaneOf(const std::string& queue);
  void SchedulePump();
  void Pump(Lane& lane);

  void Resolve(Lane& lane);
  void FailWaiting(Lane& lane, const absl::Status& status);

  [[nodiscard]] bool HasFullBatch(const Lane& lane) const;
  /// The next request's flows; none whose first envelope is settled already.
  [[nodiscard]] Flows TakeBatch(Lane& lane);
  void Send(Lane& lane, Flows flows);

  void OnAnswer(Lane& lane, const Flows& flows, const absl::StatusOr<std::string>& answer);
  void OnResults(Lane& lane, const Flows& flows, JsonValue results);
  void OnFailedEntry(Lane& lane, const FlowPtr& flow, JsonValue failure);
  void OnLostQueue(Lane& lane, const Flows& flows, const absl::Status& status);

  void TryAgain(Lane& lane, const FlowPtr& flow, absl::Duration pause);
  /// Settles the flow's first envelope and lets the next one go.
  void Finish(Lane& lane, const FlowPtr& flow, const absl::Status& outcome);
  void Settle(const Outgoing& outgoing, const absl::Status& outcome);
  void PopFirst(Flow& flow);

  void SetAlarm();
  void RingAlarm();

  const std::shared_ptr<AwsClient> client_;
  const std::shared_ptr<QueueDirectory> directory_;
  const std::shared_ptr<const SqsOptions> options_;

  std::map<std::string, Lane> lanes_;
  bool is_pump_scheduled_ = false;
  std::size_t pending_envelopes_ = 0;
  std::size_t pending_bytes_ = 0;
  HttpLoop::Task on_idle_;
  Deadlines deadlines_;
  absl::Time alarm_ = absl::InfiniteFuture();  ///< when the deadlines will be looked at
};

}  // namespace internal
}  // namespace omni::inline v0_1

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "components/sqs/consumer.h"
#include "components/sqs/queue_name.h"
#include "components/sqs/sqs_ports.h"
#include "omni/error.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr absl::Duration kMaxPoll = absl::Seconds(20);
constexpr absl::Duration kMoveTime = absl::Minutes(1);  // to move a dead letter in
constexpr std::size_t kMaxReason = 1024;
constexpr const char* kNotAcknowledged = "not acknowledged in time";

absl::Status NoSuchLoan() { return absl::NotFoundError("the loan is over"); }

std::string DeadLetterQueue(const std::string& queue) {
  return queue + std::string(kDeadLetterSuffix);
}

/// Thread safety: thread-safe.
class SqsSource final : public QueueSource {
 public:
  explicit SqsSource(SqsServicePtr service) : consumer_(std::move(service)) {}

  absl::StatusOr<std::vector<Delivery>> Lease(const LeaseParams& params) override;
  absl::Status Ack(const AckParams& params) override;
  absl::Status Nack(const NackParams& params) override;
  absl::Status Extend(const ExtendParams& params) override;
  absl::StatusOr<std::size_t> Redrive(const RedriveParams& params) override;

 private:
  using Received = std::vector<LoanPtr>;

  /// From a queue that may have to be looked up again.
  absl::StatusOr<Received> Receive(SqsConsumer::ReceiveParams params);
  /// Lends what came, but for what was tried too often.
  absl::Status Lend(const Received& received, absl::Duration visibility,
                    std::vector<Delivery>& deliveries);
  /// Whether it is there now; not when the queue has none for dead letters.
  absl::StatusOr<bool> MakeDead(const Loan& loan, std::string_view reason);
  absl::Status Move(const Loan& loan, const std::string& queue, const std::string& url,
                    std::string_view reason);
  [[nodiscard]] bool WasLast(const Loan& loan) const {
    return loan.delivery.attempt >= consumer_.options().max_attempts &&
           !IsDeadLetterQueue(loan.queue);
  }

  const SqsConsumer consumer_;
  Loans loans_;
};

absl::StatusOr<SqsSource::Received> SqsSource::Receive(SqsConsumer::ReceiveParams params) {
  OMNI_ASSIGN_OR_RETURN(params.url, consumer_.Url(params.queue));
  auto received = consumer_.Receive(params);
  if (!absl::IsNotFound(received.status())) return received;
  consumer_.Forget(params.queue, params.url);
  OMNI_ASSIGN_OR_RETURN(params.url, consumer_.Url(params.queue));
  return consumer_.Receive(params);
}

absl::StatusOr<std::vector<Delivery>> SqsSource::Lease(const LeaseParams& params) {
  std::vector<Delivery> deliveries;
  absl::Time now = consumer_.Now();
  const absl::Time end = now + std::max(params.wait, absl::ZeroDuration());
  while (deliveries.size() < params.limit) {
    if (loans_.Count(now) >= consumer_.options().max_loans) {
      if (!deliveries.empty()) break;
      return MakeError(absl::StatusCode::kUnavailable, "too many envelopes are lent",
                       {.reason = "too_many_loans", .blame = Blame::kHost});
    }
    // Once there is something, nothing is waited for.
    const absl::Duration wait = deliveries.empty()
                                    ? std::clamp(end - now, absl::ZeroDuration(), kMaxPoll)
                                    : absl::ZeroDuration();
    auto received = Receive({.queue = params.queue,
                             .limit = params.limit - deliveries.size(),
                             .visibility = params.visibility,
                             .wait = wait});
    if (!received.ok()) {
      if (!deliveries.empty()) break;
      return received.status();
    }
    OMNI_RETURN_IF_ERROR(Lend(*received, params.visibility, deliveries));
    const bool has_more = !received->empty();
    now = consumer_.Now();
    if (!has_more && (!deliveries.empty() || now >= end)) break;
  }
  return deliveries;
}

absl::Status SqsSource::Lend(const Received& received, absl::Duration visibility,
                             std::vector<Delivery>& deliveries) {
  const absl::Time ends = consumer_.Now() + visibility;
  for (const LoanPtr& loan : received) {
    const bool is_spent = loan->delivery.attempt > consumer_.options().max_attempts;
    if (is_spent && !IsDeadLetterQueue(loan->queue)) {
      const auto is_dead = MakeDead(*loan, kNotAcknowledged);
      // It is not lent: it comes again when its time is over.
      if (!is_dead.ok() || *is_dead) continue;
    }
    loans_.Add(loan, ends);
    deliveries.push_back(loan->delivery);
    if (IsDeadLetterQueue(loan->queue) && loan->delivery.dead_reason.empty()) {
      deliveries.back().dead_reason = kNotAcknowledged;  // SQS itself has moved it
    }
  }
  return absl::OkStatus();
}

absl::Status SqsSource::Ack(const AckParams& params) {
  std::map<std::string, std::vector<std::string>> by_url;
  const absl::Time now = consumer_.Now();
  for (const std::string& receipt : params.receipts) {
    const LoanPtr loan = loans_.Find(receipt, now);
    if (loan) by_url[loan->url].push_back(receipt);
  }
  absl::Status result;
  for (const auto& [url, receipts] : by_url) {
    const absl::Status status = consumer_.Delete(url, receipts);
    if (!status.ok()) {
      result = status;
      continue;
    }
    for (const std::string& receipt : receipts) loans_.End(receipt);
  }
  return result;
}

absl::Status SqsSource::Nack(const NackParams& params) {
  const LoanPtr loan = loans_.Find(params.receipt, consumer_.Now());
  if (!loan) return NoSuchLoan();
  if (WasLast(*loan)) {
    OMNI_ASSIGN_OR_RETURN(const bool is_dead, MakeDead(*loan, params.reason));
    if (is_dead) {
      loans_.End(params.receipt);
      return absl::OkStatus();
    }
  }
  OMNI_RETURN_IF_ERROR(consumer_.SetVisibility(*loan, params.delay));
  loans_.End(params.receipt);
  return absl::OkStatus();
}

absl::Status SqsSource::Extend(const ExtendParams& params) {
  const LoanPtr loan = loans_.Find(params.receipt, consumer_.Now());
  if (!loan) return NoSuchLoan();
  OMNI_RETURN_IF_ERROR(consumer_.SetVisibility(*loan, params.visibility));
  loans_.Extend(params.receipt, consumer_.Now() + params.visibility);
  return absl::OkStatus();
}

absl::StatusOr<bool> SqsSource::MakeDead(const Loan& loan, std::string_view reason) {
  const std::string queue = DeadLetterQueue(loan.queue);
  const auto url = consumer_.Url(queue);
  if (absl::IsNotFound(url.status())) return false;
  if (!url.ok()) return url.status();
  OMNI_RETURN_IF_ERROR(Move(loan, queue, *url, reason));
  return true;
}

// Sent before it is deleted: a crash between the two leaves it in both queues, and in none never.
absl::Status SqsSource::Move(const Loan& loan, const std::string& queue, const std::string& url,
                             std::string_view reason) {
  const SqsOptions& options = consumer_.options();
  MessageOptions how = {.is_fifo = SqsNameOf(options, queue).is_fifo,
                        .dead_reason = reason.substr(0, kMaxReason),
                        .enqueued_at = loan.delivery.enqueued_at,
                        .generation = loan.message_id};
  SqsMessage message = EncodeMessage(loan.delivery.envelope, how);
  if (message.bytes > options.max_message_bytes) {
    how.dead_reason = {};
    message = EncodeMessage(loan.delivery.envelope, how);
  }
  absl::Status sent = consumer_.Send(url, message);
  if (absl::IsInvalidArgument(sent) && !how.in_base64) {
    how.in_base64 = true;  // characters that are not for all
    sent = consumer_.Send(url, EncodeMessage(loan.delivery.envelope, how));
  }
  if (absl::IsNotFound(sent)) consumer_.Forget(queue, url);
  OMNI_RETURN_IF_ERROR(sent);
  const std::vector<std::string> receipts = {loan.delivery.receipt};
  return consumer_.Delete(loan.url, receipts);
}

absl::StatusOr<std::size_t> SqsSource::Redrive(const RedriveParams& params) {
  const auto url = consumer_.Url(params.queue);
  if (!url.ok()) return url.status();
  std::size_t moved = 0;
  while (moved < params.limit) {
    const auto received = Receive({.queue = DeadLetterQueue(params.queue),
                                   .limit = params.limit - moved,
                                   .visibility = kMoveTime});
    if (absl::IsNotFound(received.status())) break;
    if (!received.ok()) return received.status();
    if (received->empty()) break;
    for (const LoanPtr& loan : *received) {
      OMNI_RETURN_IF_ERROR(Move(*loan, params.queue, *url, ""));
      ++moved;
    }
  }
  return moved;
}

}  // namespace

std::shared_ptr<QueueSource> MakeSqsSource(SqsServicePtr service) {
  return std::make_shared<SqsSource>(std::move(service));
}

}  // namespace internal
}  // namespace omni::inline v0_1

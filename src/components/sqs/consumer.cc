#include "components/sqs/consumer.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <utility>

#include "base/status_macros.h"
#include "components/sqs/queue_name.h"
#include "omni/json.h"
#include "omni/ports/entropy.h"
#include "omni/support/encoding.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::size_t kMaxMessages = 10;
constexpr absl::Duration kMaxVisibility = absl::Hours(12);
constexpr absl::Duration kTimeout = absl::Seconds(20);  // with all attempts

std::int64_t WholeSeconds(absl::Duration duration, absl::Duration max) {
  const absl::Duration bounded = std::clamp(duration, absl::ZeroDuration(), max);
  return absl::ToInt64Seconds(absl::Ceil(bounded, absl::Seconds(1)));
}

std::string RandomId() {
  std::array<std::uint8_t, 16> bytes = {};
  MakeSystemEntropy()->Fill(bytes);
  return HexEncode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

/// An object with the queue's URL, and what `write` adds.
template <class F>
std::string BodyFor(const std::string& url, F write) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  json.Key("QueueUrl");
  json.String(url);
  write(json);
  json.EndObject();
  return body;
}

std::string ReceiveBody(const SqsConsumer::ReceiveParams& params, std::size_t limit, bool is_fifo,
                        std::int64_t wait) {
  return BodyFor(params.url, [&](JsonWriter& json) {
    json.Key("MaxNumberOfMessages");
    json.Int(static_cast<std::int64_t>(limit));
    json.Key("VisibilityTimeout");
    json.Int(WholeSeconds(params.visibility, kMaxVisibility));
    json.Key("WaitTimeSeconds");
    json.Int(wait);
    for (const char* const key : {"MessageAttributeNames", "AttributeNames"}) {
      json.Key(key);
      json.BeginArray();
      json.String("All");
      json.EndArray();
    }
    if (is_fifo) {  // tried again after a lost answer, it gives what that one held
      json.Key("ReceiveRequestAttemptId");
      json.String(RandomId());
    }
  });
}

absl::Status ReadMessages(const std::string& answer, const SqsConsumer::ReceiveParams& params,
                          std::vector<LoanPtr>& loans) {
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(answer));
  for (const JsonValue message : document.root()["Messages"].elements()) {
    auto loan = std::make_shared<Loan>();
    loan->queue = params.queue;
    loan->url = params.url;
    loan->message_id = std::string(message["MessageId"].text());
    loan->delivery = DecodeMessage(message);
    loan->delivery.envelope.queue = params.queue;
    loans.push_back(std::move(loan));
  }
  return absl::OkStatus();
}

std::string DeleteBody(const std::string& url, std::span<const std::string> receipts) {
  return BodyFor(url, [&](JsonWriter& json) {
    json.Key("Entries");
    json.BeginArray();
    for (std::size_t i = 0; i < receipts.size(); ++i) {
      json.BeginObject();
      json.Key("Id");
      json.String(std::to_string(i));
      json.Key("ReceiptHandle");
      json.String(receipts[i]);
      json.EndObject();
    }
    json.EndArray();
  });
}

/// The first failure that matters.
absl::Status DeleteResult(const std::string& answer) {
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(answer));
  for (const JsonValue failure : document.root()["Failed"].elements()) {
    const bool is_ours = failure["SenderFault"].AsBool().value_or(false);
    const AwsError error = ClassifyAwsError(failure["Code"].text(), is_ours ? 400 : 500);
    if (!is_ours && error.kind != AwsErrorKind::kMissing) return error.ToStatus();
  }
  return absl::OkStatus();
}

}  // namespace

SqsConsumer::Answers SqsConsumer::CallAll(std::vector<AwsCall> calls) const {
  if (service_->client->loop().IsCurrentThread()) {
    return {absl::FailedPreconditionError("the source must not be called by a completion")};
  }
  struct Shared {
    explicit Shared(std::size_t count) : left(count), answers(count, absl::CancelledError()) {}
    std::atomic<std::size_t> left;
    Answers answers;
    std::promise<void> done;
  };
  const auto shared = std::make_shared<Shared>(calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    service_->client->Call(std::move(calls[i]), [shared, i](absl::StatusOr<std::string> answer) {
      shared->answers[i] = std::move(answer);
      if (--shared->left == 0) shared->done.set_value();
    });
  }
  shared->done.get_future().wait();
  return std::move(shared->answers);
}

absl::StatusOr<std::string> SqsConsumer::Url(const std::string& queue) const {
  HttpLoop& loop = service_->client->loop();
  if (loop.IsCurrentThread()) {
    return absl::FailedPreconditionError("the source must not be called by a completion");
  }
  auto promise = std::make_shared<std::promise<absl::StatusOr<std::string>>>();
  std::future<absl::StatusOr<std::string>> url = promise->get_future();
  QueueDirectory::UrlDone done = [promise](absl::StatusOr<std::string> found) {
    promise->set_value(std::move(found));
  };
  loop.Post([directory = service_->directory, queue, done = std::move(done)]() mutable {
    directory->Resolve(queue, std::move(done));
  });
  return url.get();
}

void SqsConsumer::Forget(const std::string& queue, const std::string& url) const {
  service_->client->loop().Post(
      [directory = service_->directory, queue, url] { directory->Forget(queue, url); });
}

absl::StatusOr<std::vector<LoanPtr>> SqsConsumer::Receive(const ReceiveParams& params) const {
  const bool is_fifo = SqsNameOf(options(), params.queue).is_fifo;
  const std::int64_t wait = WholeSeconds(params.wait, absl::Seconds(20));
  const absl::Duration patience = absl::Seconds(wait);
  std::vector<AwsCall> calls;
  // While one waits for a first message, others would only wait as well.
  const std::size_t requests = is_fifo && wait == 0 ? std::min(params.limit, kMaxMessages) : 1;
  const std::size_t each = is_fifo ? 1 : std::min(params.limit, kMaxMessages);
  for (std::size_t i = 0; i < requests; ++i) {
    calls.push_back({.operation = "ReceiveMessage",
                     .body = ReceiveBody(params, each, is_fifo, wait),
                     .deadline = Now() + patience + kTimeout,
                     .patience = patience});
  }
  std::vector<LoanPtr> loans;
  absl::Status problem;
  for (const absl::StatusOr<std::string>& answer : CallAll(std::move(calls))) {
    const absl::Status status =
        answer.ok() ? ReadMessages(*answer, params, loans) : answer.status();
    if (!status.ok()) problem = status;
  }
  if (loans.empty() && !problem.ok()) return problem;
  return loans;
}

absl::Status SqsConsumer::Send(const std::string& url, const SqsMessage& message) const {
  std::string body = BodyFor(url, [](JsonWriter&) {});
  body.pop_back();
  body.append(",").append(message.members).append("}");
  return CallAll({{.operation = "SendMessage",
                   .body = std::move(body),
                   .deadline = Now() + kTimeout}})[0]
      .status();
}

absl::Status SqsConsumer::Delete(const std::string& url,
                                 std::span<const std::string> receipts) const {
  std::vector<AwsCall> calls;
  for (; !receipts.empty(); receipts = receipts.subspan(std::min(kMaxMessages, receipts.size()))) {
    calls.push_back(
        {.operation = "DeleteMessageBatch",
         .body = DeleteBody(url, receipts.first(std::min(kMaxMessages, receipts.size()))),
         .deadline = Now() + kTimeout});
  }
  if (calls.empty()) return absl::OkStatus();
  absl::Status result;
  for (const absl::StatusOr<std::string>& answer : CallAll(std::move(calls))) {
    if (absl::IsNotFound(answer.status())) continue;  // the whole queue is gone
    const absl::Status status = answer.ok() ? DeleteResult(*answer) : answer.status();
    if (!status.ok()) result = status;
  }
  return result;
}

absl::Status SqsConsumer::SetVisibility(const Loan& loan, absl::Duration visibility) const {
  AwsCall call = {.operation = "ChangeMessageVisibility",
                  .body = BodyFor(loan.url,
                                  [&](JsonWriter& json) {
                                    json.Key("ReceiptHandle");
                                    json.String(loan.delivery.receipt);
                                    json.Key("VisibilityTimeout");
                                    json.Int(WholeSeconds(visibility, kMaxVisibility));
                                  }),
                  .deadline = Now() + kTimeout};
  std::vector<AwsCall> calls;
  calls.push_back(std::move(call));
  absl::Status status = CallAll(std::move(calls))[0].status();
  // SQS has a word of its own for each way in which a receipt may be out of date.
  if (absl::IsInvalidArgument(status)) return absl::NotFoundError("the loan is over");
  return status;
}

}  // namespace internal
}  // namespace omni::inline v0_1

#include "components/sqs/queue_directory.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "components/sqs/queue_name.h"
#include "omni/error.h"
#include "omni/json.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(15);

/// `{"key":"value"}`
std::string Object(std::string_view key, std::string_view value) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  json.Key(key);
  json.String(value);
  json.EndObject();
  return body;
}

absl::StatusOr<std::string> UrlIn(const absl::StatusOr<std::string>& answer) {
  if (!answer.ok()) return answer.status();
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(*answer));
  std::string url(document.root()["QueueUrl"].text());
  if (url.empty()) return absl::UnavailableError("SQS gave no URL");
  return url;
}

absl::StatusOr<std::string> ArnIn(const absl::StatusOr<std::string>& answer) {
  if (!answer.ok()) return answer.status();
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(*answer));
  std::string arn(document.root()["Attributes"]["QueueArn"].text());
  if (arn.empty()) return absl::UnavailableError("SQS gave no ARN");
  return arn;
}

std::string Seconds(absl::Duration duration) {
  return std::to_string(absl::ToInt64Seconds(absl::Ceil(duration, absl::Seconds(1))));
}

std::string CreateBody(const SqsOptions& options, const SqsName& name,
                       const std::string& dead_letter_arn) {
  std::string body;
  JsonWriter json(body);
  const auto set = [&json](std::string_view key, std::string_view value) {
    json.Key(key);
    json.String(value);
  };
  json.BeginObject();
  set("QueueName", name.name);
  json.Key("Attributes");
  json.BeginObject();
  set("MaximumMessageSize", std::to_string(options.max_message_bytes));
  set("MessageRetentionPeriod", Seconds(options.keep));
  if (name.is_fifo) {
    // Each group has its own throughput then, instead of 300 requests a second for all.
    set("FifoQueue", "true");
    set("DeduplicationScope", "messageGroup");
    set("FifoThroughputLimit", "perMessageGroupId");
  }
  if (!dead_letter_arn.empty()) {
    if (name.is_fifo) set("DelaySeconds", Seconds(options.delay));
    std::string policy;
    JsonWriter inner(policy);
    inner.BeginObject();
    inner.Key("deadLetterTargetArn");
    inner.String(dead_letter_arn);
    inner.Key("maxReceiveCount");
    inner.Int(options.max_attempts);
    inner.EndObject();
    set("RedrivePolicy", policy);
  }
  json.EndObject();
  json.EndObject();
  return body;
}

}  // namespace

void QueueDirectory::Resolve(const std::string& queue, UrlDone done) {
  const auto found = urls_.find(queue);
  if (found != urls_.end()) return std::move(done)(found->second);
  std::vector<UrlDone>& waiting = waiting_[queue];
  waiting.push_back(std::move(done));
  if (waiting.size() > 1) return;
  const SqsName name = SqsNameOf(*options_, queue);
  if (!name.url.empty()) return Finish(queue, name.url);
  LookUp(queue);
}

void QueueDirectory::Forget(const std::string& queue, const std::string& url) {
  const auto found = urls_.find(queue);
  if (found != urls_.end() && found->second == url) urls_.erase(found);
}

void QueueDirectory::LookUp(const std::string& queue) {
  Call("GetQueueUrl", Object("QueueName", SqsNameOf(*options_, queue).name),
       [self = shared_from_this(), queue](const absl::StatusOr<std::string>& answer) {
         const auto url = UrlIn(answer);
         if (absl::IsNotFound(url.status()) && self->options_->create_missing) {
           return IsDeadLetterQueue(queue) ? self->CreateWith(queue, "")
                                           : self->CreateWithDeadLetters(queue, Retry::kOnce);
         }
         self->Finish(queue, url);
       });
}

void QueueDirectory::CreateWithDeadLetters(const std::string& queue, Retry retry) {
  const std::string dead = queue + std::string(kDeadLetterSuffix);
  Resolve(dead,
          [self = shared_from_this(), queue, dead, retry](const absl::StatusOr<std::string>& url) {
            if (!url.ok()) return self->Finish(queue, url);
            self->FindArn(*url, [self, queue, dead, retry,
                                 url = *url](const absl::StatusOr<std::string>& arn) {
              if (arn.ok()) return self->CreateWith(queue, *arn);
              if (!absl::IsNotFound(arn.status()) || retry == Retry::kNever) {
                return self->Finish(queue, arn);
              }
              // What we knew of it is out of date as well.
              self->Forget(dead, url);
              self->CreateWithDeadLetters(queue, Retry::kNever);
            });
          });
}

void QueueDirectory::FindArn(const std::string& url, UrlDone done) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  json.Key("QueueUrl");
  json.String(url);
  json.Key("AttributeNames");
  json.BeginArray();
  json.String("QueueArn");
  json.EndArray();
  json.EndObject();
  Call("GetQueueAttributes", std::move(body),
       [done = std::move(done)](const absl::StatusOr<std::string>& answer) mutable {
         std::move(done)(ArnIn(answer));
       });
}

void QueueDirectory::CreateWith(const std::string& queue, const std::string& dead_letter_arn) {
  Call("CreateQueue", CreateBody(*options_, SqsNameOf(*options_, queue), dead_letter_arn),
       [self = shared_from_this(), queue](const absl::StatusOr<std::string>& answer) {
         self->Finish(queue, UrlIn(answer));
       });
}

void QueueDirectory::Finish(const std::string& queue, const absl::StatusOr<std::string>& url) {
  if (url.ok()) urls_.insert_or_assign(queue, *url);
  auto waiting = waiting_.extract(queue);
  if (waiting.empty()) return;
  for (UrlDone& done : waiting.mapped()) std::move(done)(url);
}

void QueueDirectory::Call(const char* operation, std::string body, AwsDone done) {
  client_->Call(
      {.operation = operation, .body = std::move(body), .deadline = client_->Now() + kTimeout},
      std::move(done));
}

}  // namespace internal
}  // namespace omni::inline v0_1

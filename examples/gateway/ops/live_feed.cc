#include "ops/live_feed.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "omni/codec.h"
#include "omni/json.h"
#include "omni/support/phone.h"
#include "ops/mask.h"
#include "ops/outcome.h"

namespace host {
namespace {

std::string Message(std::string_view name, std::string_view json) {
  std::string message = "event: ";
  message.append(name).append("\ndata: ").append(json).append("\n\n");
  return message;
}

void WriteExplanation(const omni::Explanation& explanation, omni::JsonWriter& out) {
  out.Key("explanation");
  out.BeginArray();
  for (const omni::ExplanationStep& step : explanation.steps) {
    out.BeginObject();
    out.Key("step");
    out.String(step.step);
    out.Key("passed");
    out.Bool(step.passed);
    out.Key("detail");
    out.String(step.detail);
    out.EndObject();
  }
  out.EndArray();
}

std::string RequestJson(const omni::RequestReport& report) {
  std::string json;
  omni::JsonWriter out(json);
  const auto text = [&out](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    out.Key(key);
    out.String(value);
  };
  const auto number = [&out](std::string_view key, std::size_t value) {
    out.Key(key);
    out.Int(static_cast<std::int64_t>(value));
  };
  out.BeginObject();
  text("time", omni::FormatTime(absl::Now()));
  text("requestId", report.request_id);
  text("carrier", report.adapter);
  text("channel", report.channel);
  text("tenant", report.tenant);
  text("method", report.method);
  text("path", report.path);
  text("client", report.client);
  number("status", static_cast<std::size_t>(report.http_status));
  text("outcome", OutcomeOf(report));
  text("reason", report.reason);
  text("message", report.message);
  text("keyId", report.key_id);
  number("accepted", report.accepted);
  number("duplicates", report.duplicates);
  number("ignored", report.ignored);
  number("failed", report.failed);
  out.Key("durationMs");
  out.Double(absl::ToDoubleMilliseconds(report.duration));
  if (report.explanation != nullptr) WriteExplanation(*report.explanation, out);
  out.EndObject();
  return json;
}

/// Thread safety: thread-safe.
class WatchedSink final : public omni::QueueSink {
 public:
  WatchedSink(std::shared_ptr<omni::QueueSink> sink, std::shared_ptr<LiveFeed> feed)
      : sink_(std::move(sink)), feed_(std::move(feed)) {}

  void Enqueue(EnqueueParams params, omni::Completion<omni::Settlement> done) override {
    if (!feed_->HasRoomForEvents()) return sink_->Enqueue(std::move(params), std::move(done));
    omni::Envelopes copies = params.envelopes;
    sink_->Enqueue(std::move(params), [feed = feed_, copies = std::move(copies),
                                       done = std::move(done)](omni::Settlement settled) mutable {
      const std::size_t count = std::min(copies.size(), settled.outcomes.size());
      for (std::size_t i = 0; i < count; ++i) {
        if (settled.outcomes[i].ok()) feed->OnEnqueued(copies[i]);
      }
      std::move(done)(std::move(settled));
    });
  }

 private:
  const std::shared_ptr<omni::QueueSink> sink_;
  const std::shared_ptr<LiveFeed> feed_;
};

}  // namespace

void LiveFeed::Remember(const std::string& message, Latest& latest) {
  latest.messages.push_back(message);
  latest.bytes += message.size();
  while (latest.messages.size() > kRemembered || latest.bytes > kRememberedBytes) {
    latest.bytes -= latest.messages.front().size();
    latest.messages.pop_front();
  }
}

// Without the lock: of two threads that send at the same time, either may be first.
void LiveFeed::Send(const Watchers& watchers, const std::string& message) {
  Watchers gone;
  for (const auto& watcher : watchers) {
    if (!watcher->Write(message)) gone.push_back(watcher);
  }
  if (gone.empty()) return;
  MutexLock lock(mutex_);
  std::erase_if(watchers_, [&](const auto& watcher) {
    return std::find(gone.begin(), gone.end(), watcher) != gone.end();
  });
}

void LiveFeed::OnRequest(const omni::RequestReport& report) {
  const bool is_success = report.http_status < 400;
  if (report.explanation != nullptr) explained_rate_.Admit();
  if (!(is_success ? request_rate_ : rejection_rate_).Admit()) {
    ++skipped_;
    return;
  }
  const std::string message = Message(is_success ? "request" : "rejection", RequestJson(report));
  Watchers watchers;
  {
    MutexLock lock(mutex_);
    Remember(message, is_success ? requests_ : rejections_);
    watchers = watchers_;
  }
  Send(watchers, message);
}

bool LiveFeed::WantsExplanations() const { return explained_rate_.HasRoom(); }

bool LiveFeed::HasRoomForEvents() const { return event_rate_.HasRoom(); }

void LiveFeed::OnEnqueued(const omni::Envelope& envelope) {
  if (envelope.body.size() > kMaxMessageBytes || !event_rate_.Admit()) {
    ++skipped_;
    return;
  }
  const std::string event = MaskJson(envelope.body);
  if (event.empty()) return;
  std::string json;
  omni::JsonWriter out(json);
  out.BeginObject();
  out.Key("time");
  out.String(omni::FormatTime(absl::Now()));
  out.Key("queue");
  out.String(envelope.queue);
  out.Key("event");
  out.Raw(event);
  out.EndObject();
  const std::string message = Message("event", json);
  Watchers watchers;
  {
    MutexLock lock(mutex_);
    Remember(message, events_);
    watchers = watchers_;
  }
  Send(watchers, message);
}

void LiveFeed::Publish(std::string_view name, std::string_view json) {
  Watchers watchers;
  {
    MutexLock lock(mutex_);
    watchers = watchers_;
  }
  if (!watchers.empty()) Send(watchers, Message(name, json));
}

bool LiveFeed::Watch(const std::shared_ptr<ResponseStream>& stream) {
  std::string past = "retry: 2000\n\n";
  {
    MutexLock lock(mutex_);
    if (watchers_.size() >= kMaxWatchers) return false;
    for (const Latest* latest : {&requests_, &rejections_, &events_}) {
      for (const std::string& message : latest->messages) past += message;
    }
    watchers_.push_back(stream);
  }
  Send({stream}, past + Message("caughtUp", "{}"));
  return true;
}

std::size_t LiveFeed::watchers() const {
  MutexLock lock(mutex_);
  return watchers_.size();
}

std::uint64_t LiveFeed::skipped() const { return skipped_; }

std::shared_ptr<omni::QueueSink> WatchSink(std::shared_ptr<omni::QueueSink> sink,
                                           std::shared_ptr<LiveFeed> feed) {
  return std::make_shared<WatchedSink>(std::move(sink), std::move(feed));
}

}  // namespace host

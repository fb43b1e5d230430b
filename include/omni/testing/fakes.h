/// \file
/// Fakes for tests: a clock that stands still, entropy that repeats, a sink, a store, an HTTP
/// client and an observer that remember, and switches that make any of them fail at the Nth call.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "omni/ports/clock.h"
#include "omni/ports/entropy.h"
#include "omni/ports/http_client.h"
#include "omni/ports/idempotency_store.h"
#include "omni/ports/observer.h"
#include "omni/ports/queue_sink.h"

namespace omni::inline v0_1 {
namespace testing {

/// Thread safety: thread-safe.
class FakeClock : public Clock {
 public:
  /// 2024-01-15T10:30:00.412Z
  FakeClock() : now_(absl::FromUnixMillis(1705314600412)) {}
  explicit FakeClock(absl::Time now) : now_(now) {}

  [[nodiscard]] absl::Time Now() const override {
    std::lock_guard lock(mutex_);
    return now_;
  }
  void Advance(absl::Duration by) {
    std::lock_guard lock(mutex_);
    now_ += by;
  }

 private:
  mutable std::mutex mutex_;
  absl::Time now_;
};

/// 0, 1, 2, ...: ids differ and are the same in every run. Thread safety: thread-safe.
class FakeEntropy : public Entropy {
 public:
  void Fill(std::span<std::uint8_t> bytes) override {
    std::lock_guard lock(mutex_);
    ++calls_;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const std::size_t from_end = bytes.size() - 1 - i;
      bytes[i] = static_cast<std::uint8_t>(from_end < 8 ? calls_ >> (8 * from_end) : 0);
    }
  }

 private:
  std::mutex mutex_;
  std::uint64_t calls_ = 0;
};

/// Fails the Nth operation that asks it, counted from 1; never when N is 0.
///
/// Thread safety: thread-safe.
class FailNth {
 public:
  explicit FailNth(int nth) : armed_(nth > 0), left_(nth) {}
  /// Counts one operation; true when it is to fail.
  [[nodiscard]] bool Strike() {
    std::lock_guard lock(mutex_);
    return left_ > 0 && --left_ == 0;
  }
  /// Whether the Nth operation has happened.
  [[nodiscard]] bool struck() const {
    std::lock_guard lock(mutex_);
    return armed_ && left_ == 0;
  }

 private:
  mutable std::mutex mutex_;
  const bool armed_;
  int left_;
};

/// Keeps envelopes in memory; may fail single envelopes or hold completions back.
///
/// Thread safety: thread-safe.
class RecordingSink : public QueueSink {
 public:
  void Enqueue(EnqueueParams params, Completion<Settlement> done) override;

  /// What the sink accepted, in order.
  [[nodiscard]] std::vector<Envelope> accepted() const;
  /// Decides the outcome of each envelope; default OK.
  void SetDecision(std::function<absl::Status(const Envelope&)> decision);
  /// While held, completions wait for Release; nothing is accepted until then.
  void Hold();
  void Release();
  /// Destroys the held completions uncalled.
  void DropHeld();
  [[nodiscard]] std::size_t held() const;

 private:
  struct Pending {
    EnqueueParams params;
    Completion<Settlement> done;
  };
  Settlement Settle(const EnqueueParams& params);

  mutable std::mutex mutex_;
  std::vector<Envelope> accepted_;
  std::function<absl::Status(const Envelope&)> decision_;
  bool hold_ = false;
  std::vector<Pending> pending_;
};

/// Answers every request as told and remembers it. Thread safety: thread-safe.
class FakeHttpClient : public HttpClient {
 public:
  void Send(SendParams params, Completion<absl::StatusOr<HttpResponse>> done) override;
  void SetAnswer(std::function<absl::StatusOr<HttpResponse>(const HttpRequest&)> answer);
  [[nodiscard]] std::vector<HttpRequest> sent() const;

 private:
  mutable std::mutex mutex_;
  std::vector<HttpRequest> sent_;
  std::function<absl::StatusOr<HttpResponse>(const HttpRequest&)> answer_;
};

/// An idempotency store in front of another; `fail` decides which of its operations fails.
///
/// Thread safety: thread-safe.
class FailingIdempotencyStore : public IdempotencyStore {
 public:
  FailingIdempotencyStore(std::shared_ptr<IdempotencyStore> inner, std::shared_ptr<FailNth> fail);
  [[nodiscard]] absl::Status Begin(const BeginParams& params, std::span<Claim> claims) override;
  absl::Status Complete(const CompleteParams& params) override;
  absl::Status Abandon(const AbandonParams& params) override;

 private:
  std::shared_ptr<IdempotencyStore> inner_;
  std::shared_ptr<FailNth> fail_;
};

/// A copy of every report, as text that a test can search. Thread safety: thread-safe.
class RecordingObserver : public Observer {
 public:
  struct Request {
    std::string request_id, adapter, channel, tenant, method, path, client, key_id, reason, message;
    int http_status = 0;
    Authentication authentication = Authentication::kNone;
    Blame blame = Blame::kUnknown;
    std::size_t accepted = 0, duplicates = 0, in_flight = 0, failed = 0, ignored = 0;
    std::vector<std::pair<std::string, std::string>> carried;
    Explanation explanation;
  };
  struct EventOutcome {
    std::string event_id, dedupe_key_hash, queue, outcome, reason;
  };

  void OnRequest(const RequestReport& report) override;
  void OnEvent(const EventReport& report) override;
  void OnIgnored(const IgnoredReport& report) override;
  void OnWarning(std::string_view reason, std::string_view message) override;
  [[nodiscard]] bool WantsExplanations() const override { return true; }

  [[nodiscard]] std::vector<Request> requests() const;
  [[nodiscard]] std::vector<EventOutcome> events() const;
  [[nodiscard]] std::vector<std::string> ignored() const;
  [[nodiscard]] std::vector<std::string> warnings() const;
  /// Everything that was ever reported, in one text, to look for what must not be there.
  [[nodiscard]] std::string AllText() const;

 private:
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  std::vector<EventOutcome> events_;
  std::vector<std::string> ignored_;
  std::vector<std::string> warnings_;
};

}  // namespace testing
}  // namespace omni::inline v0_1

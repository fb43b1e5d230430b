#include "admin/rehearsal.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "host/gateway_builder.h"
#include "omni/components/memory.h"
#include "omni/components/memory_stores.h"
#include "omni/gateway.h"
#include "omni/ports/observer.h"

namespace host {
namespace {

constexpr std::string_view kPassed = "passed";
constexpr std::string_view kFailed = "failed";
constexpr std::string_view kSkipped = "skipped";

/// Keeps what it was told of the one request. Thread safety: confined.
class Recorder final : public omni::Observer {
 public:
  struct Seen {
    std::string adapter = {};
    std::string channel = {};
    std::string tenant = {};
    int status = 0;
    omni::Authentication authentication = omni::Authentication::kNone;
    std::string key_id = {};
    std::string reason = {};
    std::string message = {};
    std::size_t accepted = 0;
    std::size_t duplicates = 0;
    std::vector<omni::ExplanationStep> steps = {};
  };

  void OnRequest(const omni::RequestReport& report) override {
    seen = {.adapter = std::string(report.adapter),
            .channel = std::string(report.channel),
            .tenant = std::string(report.tenant),
            .status = report.http_status,
            .authentication = report.authentication,
            .key_id = std::string(report.key_id),
            .reason = std::string(report.reason),
            .message = std::string(report.message),
            .accepted = report.accepted,
            .duplicates = report.duplicates};
    if (report.explanation != nullptr) seen.steps = report.explanation->steps;
  }
  void OnIgnored(const omni::IgnoredReport& report) override {
    ignored.emplace_back(report.reason);
  }
  [[nodiscard]] bool WantsExplanations() const override { return true; }

  Seen seen = {};
  std::vector<std::string> ignored = {};
};

Stage MakeStage(std::string_view name, std::string_view state, std::string detail) {
  return {.name = std::string(name), .state = std::string(state), .detail = std::move(detail)};
}

std::string Why(const Recorder::Seen& seen) {
  if (seen.message.empty()) return seen.reason;
  return seen.message + " (" + seen.reason + ")";
}

std::string VerdictOf(const Recorder::Seen& seen) {
  switch (seen.authentication) {
    case omni::Authentication::kVerified:
      return seen.key_id.empty() ? "genuine" : "genuine, proved by the key " + seen.key_id;
    case omni::Authentication::kShadow:
      return "let through because the channel is in shadow mode: " + seen.message;
    case omni::Authentication::kInsecure:
      return "let through because the channel says insecure: " + seen.message;
    case omni::Authentication::kNone:
    case omni::Authentication::kRejected:
      break;
  }
  return Why(seen);
}

bool IsLetThrough(omni::Authentication authentication) {
  return authentication != omni::Authentication::kNone &&
         authentication != omni::Authentication::kRejected;
}

std::string EventsDetail(std::size_t events, const std::vector<std::string>& ignored) {
  std::string detail = std::to_string(events) + (events == 1 ? " event" : " events");
  for (const std::string& reason : ignored) detail += "; skipped: " + reason;
  return detail;
}

/// The stages up to the one that failed; those behind it were not reached.
std::vector<Stage> StagesOf(const Recorder& recorder, std::size_t events) {
  const Recorder::Seen& seen = recorder.seen;
  const bool is_preflight = seen.status < 300 && !IsLetThrough(seen.authentication);
  std::vector<Stage> stages;
  if (seen.adapter.empty() || seen.status == 405) {
    stages.push_back(MakeStage("endpoint", kFailed, Why(seen)));
  } else {
    std::string where = seen.adapter;
    if (!seen.channel.empty()) where += ", channel " + seen.channel + " of " + seen.tenant;
    stages.push_back(MakeStage("endpoint", kPassed, where));
    if (is_preflight) {
      stages.push_back(MakeStage("verify", kSkipped, "a preflight proves nothing"));
    } else {
      const bool is_let_through = IsLetThrough(seen.authentication);
      stages.push_back(MakeStage("verify", is_let_through ? kPassed : kFailed, VerdictOf(seen)));
      stages.back().steps = seen.steps;
      if (is_let_through && seen.status < 400) {
        stages.push_back(MakeStage("normalize", kPassed, EventsDetail(events, recorder.ignored)));
        stages.push_back(
            MakeStage("queue", kPassed,
                      events == 0 ? "there is nothing to queue" : "would be queued; nothing was"));
      } else if (is_let_through) {
        stages.push_back(MakeStage("normalize", kFailed, Why(seen)));
      }
    }
  }
  for (const std::string_view name : {"verify", "normalize", "queue"}) {
    const bool is_there = std::any_of(stages.begin(), stages.end(),
                                      [&](const Stage& stage) { return stage.name == name; });
    if (!is_there) stages.push_back(MakeStage(name, kSkipped, "not reached"));
  }
  return stages;
}

}  // namespace

absl::StatusOr<Rehearsal> Rehearse(const HostConfig& config,
                                   std::shared_ptr<omni::SecretsProvider> secrets,
                                   omni::WebhookRequest request) {
  const auto queue = std::make_shared<omni::MemoryQueue>();
  const auto recorder = std::make_shared<Recorder>();
  const Engine engine{.sink = queue,
                      .idempotency = omni::MakeMemoryIdempotencyStore({}),
                      .conversations = omni::MakeMemoryConversationStore({})};
  auto gateway =
      BuildGateway(config, {.engine = engine, .secrets = std::move(secrets), .observer = recorder});
  if (!gateway.ok()) return gateway.status();
  Rehearsal rehearsal{.answer = (*gateway)->HandleBlocking(std::move(request))};
  rehearsal.events = queue->Drain();
  rehearsal.stages = StagesOf(*recorder, rehearsal.events.size());
  rehearsal.stages.push_back(MakeStage("answer", rehearsal.answer.status < 400 ? kPassed : kFailed,
                                       "HTTP " + std::to_string(rehearsal.answer.status)));
  return rehearsal;
}

}  // namespace host

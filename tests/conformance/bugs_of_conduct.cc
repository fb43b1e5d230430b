// Bugs of conduct: memory where there should be none, words that should not be said, answers that
// mislead.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "conformance/planted_bugs.h"
#include "omni/error.h"
#include "omni/support/encoding.h"
#include "omni/support/signature.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using Verdict = absl::StatusOr<VerifyResult>;
using Result = absl::StatusOr<InboundResult>;
using VerifyParams = ChannelAdapter::VerifyParams;
using NormalizeParams = ChannelAdapter::NormalizeParams;
using RejectionParams = ChannelAdapter::RejectionParams;

/// What a bug keeps between calls. Thread safety: thread-safe.
class Remembered {
 public:
  explicit Remembered(std::string text) : text_(std::move(text)) {}

  /// Remembers `text`, and tells what was remembered before.
  [[nodiscard]] std::string Exchange(std::string text) {
    const std::lock_guard lock(mutex_);
    return std::exchange(text_, std::move(text));
  }

 private:
  std::mutex mutex_;
  std::string text_;
};

/// A bug that says more than it should where it refuses.
std::function<ToyHooks()> Says(std::string (*message)(const VerifyParams&)) {
  return [message] {
    return ToyHooks{.verdict = [message](Verdict& verdict, const VerifyParams& params) {
      if (!verdict.ok()) {
        verdict = InvalidSignatureError("refused: " + message(params), "signature_mismatch");
      }
    }};
  };
}

/// A bug that says more than it should where it explains.
std::function<ToyHooks()> Explains(std::string (*detail)(const VerifyParams&)) {
  return [detail] {
    return ToyHooks{.verdict = [detail](Verdict&, const VerifyParams& params) {
      if (params.explanation != nullptr) params.explanation->Add("seen", true, detail(params));
    }};
  };
}

std::function<ToyHooks()> Answers(void (*answer)(HttpResponse&, const RejectionParams&)) {
  return [answer] { return ToyHooks{.rejection = answer}; };
}

std::string FirstSecret(const VerifyParams& params) {
  for (std::string_view name : {"key", "token"}) {
    const auto& keys = params.keys.Ring(name).keys();
    if (!keys.empty()) return std::string(keys.front()->secret().Reveal());
  }
  return {};
}

std::string ExpectedCode(const VerifyParams& params) {
  const std::string text = std::string(params.request.headers.Find("X-Toy-Time").value_or("")) +
                           "." + std::string(params.external_url) + "." + params.request.body;
  return HexEncode(AsView(HmacSha256Key(FirstSecret(params)).Sign(text)));
}

std::string PresentedCode(const VerifyParams& params) {
  return std::string(params.request.headers.Find("X-Toy-Signature").value_or(""));
}

std::string Body(const VerifyParams& params) { return params.request.body; }

std::string Url(const VerifyParams& params) { return std::string(params.external_url); }

std::string Sender(const VerifyParams& params) {
  const std::size_t from = params.request.body.find("\"from\":\"");
  return from == std::string::npos ? std::string() : params.request.body.substr(from + 8, 13);
}

// What these bugs remember is guarded: the checks call from several threads, and a race of the
// bug's own would be another bug.

ToyHooks CountsRequests() {
  auto count = std::make_shared<std::atomic<int>>(0);
  return {.result = [count](Result& result, const NormalizeParams&) {
    if (result.ok()) result->ack.body = "{\"ok\":true,\"n\":" + std::to_string(++*count) + "}";
  }};
}

ToyHooks ClaimsInTurn() {
  auto turn = std::make_shared<std::atomic<int>>(0);
  return {.claim = [turn](const WebhookRequest&) { return "acc-" + std::to_string(++*turn); }};
}

std::string ClaimOfQuery(const WebhookRequest& request) {
  return request.target.substr(request.target.find('?'));
}

ToyHooks KeepsTheLastAccount() {
  auto last = std::make_shared<Remembered>("acc-1");
  return {.event = [last](InboundEvent& inbound, JsonValue, const NormalizeParams&) {
    const std::string before = last->Exchange(inbound.event->account);
    inbound.event.Amend([&](Event& event) {
      if (event.account.empty()) event.account = before;
    });
  }};
}

ToyHooks BelongsToAThread() {
  return {.verdict = [owner = std::this_thread::get_id()](Verdict& verdict, const VerifyParams&) {
    if (std::this_thread::get_id() != owner) {
      verdict = InvalidSignatureError("called from another thread", "other_thread");
    }
  }};
}

ToyHooks RefusesRedeliveries() {
  auto last = std::make_shared<Remembered>("");
  return {.verdict = [last](Verdict& verdict, const VerifyParams& params) {
    if (!verdict.ok() || params.request.body.empty()) return;
    if (last->Exchange(params.request.body) == params.request.body) {
      verdict = InvalidSignatureError("seen before", "replayed");
    }
  }};
}

ToyHooks RoutesInTurn() {
  auto turn = std::make_shared<std::atomic<int>>(0);
  return {.route = [turn](const ChannelAdapter::RouteParams& params) {
    const std::string queue = "queue-" + std::to_string(++*turn % 2);
    return RouteKey(params.event.Map([&](const Event&) { return queue; }),
                    params.event.Map([](const Event& event) { return event.conversation; }));
  }};
}

RouteKey Nowhere(const ChannelAdapter::RouteParams& params) {
  return {params.event.Map([](const Event&) { return std::string(); }),
          params.event.Map([](const Event& event) { return event.conversation; })};
}

void ExplainsAway(Verdict& verdict, const VerifyParams& params) {
  if (!verdict.ok() && params.explanation != nullptr) {
    verdict = absl::PermissionDeniedError("see the explanation");
  }
}

/// Finds something in a request that is lost when it is replayed.
ToyHooks ReadsMore() {
  return {.verdict =
              [](Verdict& verdict, const VerifyParams&) {
                if (verdict.ok()) verdict->reading = std::make_unique<const Reading>();
              },
          .result =
              [](Result& result, const NormalizeParams& params) {
                if (result.ok() && params.reading != nullptr) result->ignored.emplace_back("seen");
              }};
}

void MarksTheRequest(Verdict&, const VerifyParams& params) {
  const_cast<WebhookRequest&>(params.request).headers.Add("X-Seen", "1");
}

void FollowsUpWithTheToken(Result& result, const NormalizeParams& params) {
  const auto token = params.request.claimed_header("Authorization");
  if (!result.ok() || token.unverified().empty()) return;
  result->follow_ups.push_back(
      {.url = "https://api.toy.example/?auth=" + std::string(token.unverified())});
}

ToyHooks ChangesItsInfo() {
  return {.info = [calls = 0](AdapterInfo& info) mutable {
    info.display_name = "Toy " + std::to_string(++calls);
  }};
}

}  // namespace

std::vector<PlantedBug> BugsOfMemory() {
  return {
      {"counts requests in its answer", "state.repeat", CountsRequests},
      {"claims another account each time", "state.repeat", ClaimsInTurn},
      {"throws at a target without a query", "calls.exception",
       [] { return ToyHooks{.claim = ClaimOfQuery}; }},
      {"keeps the account of the request before", "state.interleaved", KeepsTheLastAccount},
      {"works only on the thread that made it", "state.threads", BelongsToAThread},
      {"keeps a list of replays of its own", "gateway.answer", RefusesRedeliveries},
      {"reads more for Verify than is in the request", "state.reading", ReadsMore},
      {"judges otherwise when it explains", "state.explanation",
       [] { return ToyHooks{.verdict = ExplainsAway}; }},
      {"marks the request", "state.request", [] { return ToyHooks{.verdict = MarksTheRequest}; }},
  };
}

std::vector<PlantedBug> BugsOfWords() {
  return {
      {"says the secret in a message", "leaks.secret", Says(FirstSecret)},
      {"explains with the secret", "leaks.secret", Explains(FirstSecret)},
      {"puts the credential into a follow-up's URL", "leaks.secret",
       [] { return ToyHooks{.result = FollowsUpWithTheToken}; }},
      {"says which signature it expected", "leaks.signature", Says(ExpectedCode)},
      {"repeats the signature that was presented", "leaks.signature", Says(PresentedCode)},
      {"quotes the body in a message", "leaks.body", Says(Body)},
      {"explains with the body", "leaks.body", Explains(Body)},
      {"says the sender's number", "leaks.phone", Says(Sender)},
      {"says the URL with its query", "leaks.query", Says(Url)},
      {"keeps the secret with the body", "leaks.kept_body",
       [] { return ToyHooks{.keeps_secrets_of_bodies = true}; }},
      {"tells the sender of internal errors", "leaks.internal",
       Answers([](HttpResponse& response, const RejectionParams& params) {
         if (absl::IsInternal(params.status)) {
           response.body = std::string(params.status.message());
         }
       })},
  };
}

std::vector<PlantedBug> BugsOfAnswers() {
  return {
      {"answers in plain text", "rejection.body",
       Answers([](HttpResponse& response, const RejectionParams&) {
         response = HttpResponse::Text(response.status, "refused");
       })},
      {"gives reasons in sentences", "rejection.reason",
       [] {
         return ToyHooks{.verdict = [](Verdict& verdict, const VerifyParams&) {
           if (!verdict.ok()) verdict = InvalidSignatureError("no", "This is not signed.");
         }};
       }},
      {"answers refusals with 200", "rejection.status",
       Answers([](HttpResponse& response, const RejectionParams& params) {
         if (absl::IsUnauthenticated(params.status)) response.status = 200;
       })},
      {"answers a full queue with 200", "rejection.retry",
       Answers([](HttpResponse& response, const RejectionParams& params) {
         if (absl::IsUnavailable(params.status)) response.status = 200;
       })},
      {"drops Retry-After", "rejection.retry",
       Answers([](HttpResponse& response, const RejectionParams&) { response.headers = {}; })},
      {"acknowledges with 302", "vector.ack",
       [] {
         return ToyHooks{.result = [](Result& result, const NormalizeParams&) {
           if (result.ok()) result->ack.status = 302;
         }};
       }},
      {"routes in turn", "route.stable", RoutesInTurn},
      {"routes nowhere", "route.named", [] { return ToyHooks{.route = Nowhere}; }},
      {"compacts a webhook that it passes on", "forward.verbatim",
       [] { return ToyHooks{.forward = [](HttpRequest& forward) { forward.body.pop_back(); }}; }},
      {"changes its info", "info.stable", ChangesItsInfo},
      {"has another name than its factory", "info.names",
       [] { return ToyHooks{.info = [](AdapterInfo& info) { info.name = "toy-2"; }}; }},
      {"has a mount without a slash", "info.mounts",
       [] {
         return ToyHooks{.info = [](AdapterInfo& info) { info.mounts.front().path = "toy/{box"; }};
       }},
      {"takes any option", "config.unknown_option",
       [] { return ToyHooks{.takes_any_option = true}; }},
  };
}

std::vector<PlantedBug> AllBugs() {
  std::vector<PlantedBug> all;
  for (auto* bugs : {BugsOfForgery, BugsOfJudgement, BugsOfMembers, BugsOfKeys, BugsOfLoss,
                     BugsOfOddBodies, BugsOfMemory, BugsOfWords, BugsOfAnswers}) {
    for (PlantedBug& bug : bugs()) all.push_back(std::move(bug));
  }
  return all;
}

}  // namespace testing
}  // namespace omni::inline v0_1

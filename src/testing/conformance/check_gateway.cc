// The adapter in its place: a whole gateway, and a queue behind it.

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "testing/conformance/checks.h"
#include "testing/conformance/stamp.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

std::set<std::string> KeysOfResult(Subject& subject) {
  std::set<std::string> keys;
  Stamper stamper(subject.NewAdapter(), subject.vector().channel);
  for (const Envelope& envelope : stamper.Stamp(*subject.result())) {
    keys.insert(envelope.dedupe_key);
  }
  return keys;
}

void CheckRoutes(Subject& subject) {
  Stamper stamper(subject.NewAdapter(), subject.vector().channel);
  const std::vector<Envelope> first = stamper.Stamp(*subject.result());
  const std::vector<Envelope> second = stamper.Stamp(*subject.result());
  for (std::size_t i = 0; i < first.size(); ++i) {
    subject.Expect(!first[i].queue.empty() && !first[i].group.empty(), "route.named",
                   [] { return "an event has no queue or no group"; });
    subject.Expect(first[i].queue == second[i].queue && first[i].group == second[i].group,
                   "route.stable", [] { return "an event is routed otherwise the second time"; });
  }
}

// A webhook that is passed on is passed on as it is.
void CheckForward(Subject& subject) {
  const WebhookRequest& request = subject.genuine().request;
  const AccountMapping mapping{.account = "account", .target_url = "https://other.example/hook"};
  const HttpRequest forward =
      subject.adapter().BuildForward({.request = request, .mapping = mapping});
  subject.Expect(forward.body == request.body && forward.url == mapping.target_url,
                 "forward.verbatim", [] { return "the body or the target is another"; });
}

}  // namespace

void CheckGateway(Subject& subject) {
  if (subject.result() == nullptr || !subject.vector().accepted()) return;
  CheckRoutes(subject);
  CheckForward(subject);
  if (subject.result()->inquiry) return;  // asks a store, which the kit does not have
  auto opened = OpenGateway(subject.factory(), subject.vector().channel, subject.vector().time);
  subject.Expect(opened.ok(), "gateway.answer",
                 [&] { return "the gateway does not open: " + opened.status().ToString(); });
  if (!opened.ok()) return;
  const WebhookRequest& request = subject.genuine().request;
  const std::size_t expected = KeysOfResult(subject).size();
  for (const char* delivery : {"the first delivery", "a redelivery"}) {
    const HttpResponse answer = opened->gateway->HandleBlocking(request);
    subject.Expect(
        answer.status == subject.result()->ack.status && answer.body == subject.result()->ack.body,
        "gateway.answer", [&] {
          return std::string(delivery) + " is answered " + std::to_string(answer.status) + " " +
                 answer.body;
        });
    subject.Expect(opened->sink->accepted().size() == expected, "gateway.answer", [&] {
      return "after " + std::string(delivery) + " the queue holds " +
             std::to_string(opened->sink->accepted().size()) + " of " + std::to_string(expected);
    });
  }
  if (subject.vector().proof.kind == ProofKind::kNone) return;
  WebhookRequest forged = request;
  RemoveProof(subject.vector().proof, forged);
  const HttpResponse answer = opened->gateway->HandleBlocking(forged);
  subject.Expect(
      answer.status >= 400 && answer.status < 500 && opened->sink->accepted().size() == expected,
      "gateway.answer", [&] { return "a forgery is answered " + std::to_string(answer.status); });
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

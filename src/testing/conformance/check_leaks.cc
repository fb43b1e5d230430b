// What must not be told, and how failures are answered.

#include <string>
#include <string_view>

#include "omni/error.h"
#include "omni/support/signature.h"
#include "testing/conformance/checks.h"
#include "testing/conformance/content.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

using Explain = Subject::Explain;

constexpr std::string_view kInternalCanary = "omni-internal-canary-19d6";

// The subject searches whatever comes of it.
void Show(Subject& subject, const Trial& trial) {
  static_cast<void>(subject.Verify(trial, Explain::kYes));
  static_cast<void>(subject.Normalize(trial));
}

void CheckCanaries(Subject& subject) {
  const std::string canary(kCanary);
  for (const std::string& body :
       {canary, "{\"canary\":\"" + canary + "\"}", "canary=" + canary, "\"" + canary,
        "[\"" + canary + "\"", "{\"" + canary + "\"", "<x>" + canary + "</x>"}) {
    Show(subject, subject.WithBody(body));
  }
  Trial trial = subject.genuine();
  for (const char* name : {"token", "secret", "sig"}) {
    trial.request.target = WithQueryParameter(trial.request.target, name, kQueryCanary);
    trial.request.external_url = WithQueryParameter(trial.request.external_url, name, kQueryCanary);
  }
  Show(subject, trial);
  RemoveProof(subject.vector().proof, trial.request);
  Show(subject, trial);
}

// Each value in turn is the canary, or the canary is in the place of an object.
void CheckCanaryValues(Subject& subject) {
  auto content = Content::Of(subject.genuine().request, subject.vector().where.in_query);
  if (!content) return;
  ForEachNode(content->tree(), [&](JsonTree& node) {
    const JsonTree before = node;
    node.Become(JsonTree::String(kCanary));
    Trial trial = subject.genuine();
    content->Store(trial.request);
    Show(subject, trial);
    node.Become(before);
  });
}

void CheckInternalErrors(Subject& subject) {
  for (const absl::Status& status : {absl::InternalError(std::string(kInternalCanary)),
                                     absl::UnknownError(std::string(kInternalCanary)),
                                     absl::DataLossError(std::string(kInternalCanary))}) {
    const HttpResponse response = subject.Reject(status);
    subject.Expect(response.body.find(kInternalCanary) == response.body.npos, "leaks.internal",
                   [] { return "the sender reads what an internal error says"; });
  }
}

// What is kept of a body is rid of its secrets.
void CheckKeptBody(Subject& subject) {
  const std::string kept = subject.adapter().BodyWithoutSecrets(subject.genuine().request.body);
  for (const Purpose& purpose : subject.purposes()) {
    for (const std::string& secret : purpose.secrets) {
      subject.Expect(secret.empty() || kept.find(secret) == kept.npos, "leaks.kept_body",
                     [&] { return "a secret of " + purpose.name + " is kept with the body"; });
    }
  }
}

}  // namespace

void CheckLeaks(Subject& subject) {
  CheckCanaries(subject);
  CheckCanaryValues(subject);
  CheckInternalErrors(subject);
  CheckKeptBody(subject);
}

void CheckRejections(Subject& subject) {
  for (const absl::Status& status :
       {absl::UnavailableError("the queue is down"), absl::DeadlineExceededError("too slow"),
        absl::AbortedError("try again"), absl::InternalError("a bug")}) {
    const HttpResponse response = subject.Reject(status);
    subject.Expect(response.status >= 500, "rejection.retry", [&] {
      return "a failure of ours is answered " + std::to_string(response.status) +
             ": the carrier will not come again";
    });
  }
  const absl::Status busy = MakeError(absl::StatusCode::kUnavailable, "the queue is down",
                                      {.retry_after = absl::Seconds(7)});
  subject.Expect(subject.Reject(busy).headers.Find("Retry-After") == "7", "rejection.retry",
                 [] { return "Retry-After is lost"; });
  for (const absl::Status& status :
       {absl::UnauthenticatedError("no"), absl::PermissionDeniedError("no"),
        absl::InvalidArgumentError("no"), absl::ResourceExhaustedError("no")}) {
    const HttpResponse response = subject.Reject(status);
    subject.Expect(response.status >= 400 && response.status < 500, "rejection.status",
                   [&] { return "a refusal is answered " + std::to_string(response.status); });
  }
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

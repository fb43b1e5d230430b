// Requests that were changed after they were signed.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "omni/support/form.h"
#include "omni/support/url.h"
#include "testing/conformance/checks.h"
#include "testing/conformance/content.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

using Explain = Subject::Explain;

constexpr std::size_t kMostPositions = 1'024;

// Up to kMostPositions positions, evenly over `size`.
std::size_t StepOver(std::size_t size) {
  return std::max<std::size_t>(1, (size + kMostPositions - 1) / kMostPositions);
}

// Other bytes may be the same form: `%2b` is `%2B`, and a field may lose the `=` of its empty
// value.
bool IsSameForm(const WebhookRequest& request, std::string_view body) {
  if (!IsForm(request)) return false;
  const auto left = Form::Parse(request.body);
  const auto right = Form::Parse(body);
  return left.ok() && right.ok() && left->fields() == right->fields();
}

void ExpectBodyRefused(Subject& subject, std::string body, std::string_view check,
                       const std::string& what, Explain explain = Explain::kNo) {
  if (IsSameForm(subject.genuine().request, body)) return;
  subject.ExpectRefused(subject.WithBody(std::move(body)), check, what, explain);
}

void CheckBody(Subject& subject) {
  const std::string& body = subject.genuine().request.body;
  const std::size_t step = StepOver(body.size());
  for (std::size_t i = 0; i < body.size(); i += step) {
    std::string flipped = body;
    flipped[i] = static_cast<char>(flipped[i] ^ (i % 2 == 0 ? '\x01' : '\x80'));
    ExpectBodyRefused(subject, std::move(flipped), "forgery.flipped_body",
                      "a body whose byte " + std::to_string(i) + " was flipped",
                      i == 0 ? Explain::kYes : Explain::kNo);
    ExpectBodyRefused(subject, body.substr(0, i), "forgery.cut_body",
                      "the first " + std::to_string(i) + " bytes of a body",
                      i == 0 ? Explain::kYes : Explain::kNo);
  }
  if (!body.empty()) {
    ExpectBodyRefused(subject, body.substr(1), "forgery.cut_body", "a body without its first byte");
    ExpectBodyRefused(subject, body.substr(0, body.size() - 1), "forgery.cut_body",
                      "a body without its last byte");
  }
  for (std::string_view more : {" ", "\n", "x", "&x=y", "{}"}) {
    ExpectBodyRefused(subject, body + std::string(more), "forgery.cut_body",
                      "a body with more behind it");
    ExpectBodyRefused(subject, std::string(more) + body, "forgery.cut_body",
                      "a body with more before it");
  }
}

Trial WithUrl(const Subject& subject, const std::string& url) {
  Trial trial = subject.genuine();
  trial.request.external_url = url;
  const auto split = SplitUrl(url);
  if (!split) return trial;
  trial.request.target = std::string(split->path.empty() ? "/" : split->path);
  trial.request.target += split->query;
  return trial;
}

// From where on a flip of the URL must be noticed.
std::size_t CoveredFrom(const Subject& subject, const std::string& url) {
  return subject.proof()->coverage.url ? 0 : std::min(url.find('?'), url.size());
}

void CheckUrl(Subject& subject) {
  const std::string& url = subject.genuine().request.external_url;
  const std::size_t from = CoveredFrom(subject, url);
  const std::size_t proof_at =
      subject.vector().proof.query.empty() ? url.npos : url.find(subject.vector().proof.query);
  for (std::size_t i = from; i < std::min(url.size(), proof_at); ++i) {
    std::string flipped = url;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    subject.ExpectRefused(WithUrl(subject, flipped), "forgery.flipped_url",
                          "a URL whose byte " + std::to_string(i) + " was flipped",
                          i == from ? Explain::kYes : Explain::kNo);
  }
  const std::string more = TargetQuery(url).empty() ? "?x=y" : "&x=y";
  subject.ExpectRefused(WithUrl(subject, url + more), "forgery.flipped_url",
                        "a URL with another parameter");
}

// Another URL was called than the one that was signed, and the headers say that it was that.
void CheckHostHeader(Subject& subject) {
  const std::string& url = subject.genuine().request.external_url;
  const auto split = SplitUrl(url);
  if (!subject.proof()->coverage.url || !split) return;
  const std::string signed_host(split->host);
  const std::string scheme(split->scheme);
  std::string other = scheme + "://other.example" + std::string(split->path);
  other += split->query;
  Trial trial = WithUrl(subject, other);
  trial.request.target = subject.genuine().request.target;
  trial.request.headers.Set("Host", signed_host);
  subject.ExpectRefused(trial, "forgery.host_header", "a host that only the Host header names");
  trial.request.headers.Set("X-Forwarded-Host", signed_host);
  trial.request.headers.Set("X-Forwarded-Proto", scheme);
  trial.request.headers.Set("X-Original-Host", signed_host);
  trial.request.headers.Set("Forwarded", "host=" + signed_host + ";proto=" + scheme);
  trial.request.headers.Set("X-Original-URL", url);
  subject.ExpectRefused(trial, "forgery.host_header", "a host that only forwarded headers name");
  trial.request.external_url.clear();
  subject.ExpectRefused(trial, "forgery.host_header", "a request whose URL is not known");
}

}  // namespace

void CheckForgedParts(Subject& subject) {
  if (subject.proof() == nullptr || subject.vector().proof.kind != ProofKind::kMac) return;
  if (subject.proof()->coverage.body) CheckBody(subject);
  if (subject.proof()->coverage.url || subject.proof()->coverage.query) CheckUrl(subject);
  CheckHostHeader(subject);
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

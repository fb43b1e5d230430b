// What the proof does not cover decides nothing.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "testing/conformance/checks.h"
#include "testing/conformance/content.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

constexpr std::size_t kMostPositions = 64;

constexpr std::pair<std::string_view, std::string_view> kStrangers[] = {
    {"Host", "evil.example"},
    {"X-Forwarded-Host", "evil.example"},
    {"X-Forwarded-For", "203.0.113.9"},
    {"Forwarded", "for=203.0.113.9;host=evil.example"},
    {"User-Agent", "evil"},
    {"Authorization", "Bearer evil"},
    {"Date", "Thu, 01 Jan 1970 00:00:00 GMT"},
    {"X-Account", "evil"},
    {"X-Tenant", "evil"},
    {"X-Request-Id", "evil"},
    {"Idempotency-Key", "evil"},
    {"Cookie", "account=evil; tenant=evil"},
    {"Content-Language", "evil"},
};

// Refused is as good as unchanged.
bool IsUnchanged(Subject& subject, const Trial& trial) {
  const auto verdict = subject.Verify(trial);
  if (!verdict.ok()) return true;
  const auto result =
      subject.Normalize(trial, {.coverage = verdict->coverage, .received_at = trial.now});
  return !result.ok() || DescribeEvents(*result) == DescribeEvents(*subject.result());
}

void ExpectUnchanged(Subject& subject, const Trial& trial, std::string_view check,
                     const std::string& what) {
  subject.Expect(IsUnchanged(subject, trial), check,
                 [&] { return "the events changed with " + what; });
}

std::string Flipped(std::string text, std::size_t at) {
  text[at] = static_cast<char>(text[at] ^ 1);
  return text;
}

void CheckUncoveredBody(Subject& subject) {
  const std::string& body = subject.genuine().request.body;
  const std::size_t step = body.size() / kMostPositions + 1;
  for (std::size_t i = 0; i < body.size(); i += step) {
    ExpectUnchanged(subject, subject.WithBody(Flipped(body, i)), "coverage.uncovered_body",
                    "byte " + std::to_string(i) + " of a body that is not covered");
  }
  auto content = Content::Of(subject.genuine().request, false);
  if (!content) return;
  ForEachNode(content->tree(), [&](JsonTree& node) {
    if (node.type != JsonType::kString) return;
    const std::string before = node.text;
    node.text += "x";
    Trial trial = subject.genuine();
    content->Store(trial.request);
    ExpectUnchanged(subject, trial, "coverage.uncovered_body",
                    "a text of a body that is not covered");
    node.text = before;
  });
}

// The same request at other paths: what the mount's parameters are is the caller's choice.
void CheckUncoveredUrl(Subject& subject) {
  const AdapterInfo& info = subject.adapter().info();
  const MountSpec* const mount = FindMount(info, subject.vector());
  if (mount == nullptr) return;
  const std::string path_template = PathTemplate(info, *mount, subject.vector());
  std::string path = path_template;
  for (std::size_t open = path.find('{'); open != path.npos; open = path.find('{')) {
    path.replace(open, path.find('}', open) + 1 - open, "evil");
  }
  const std::string_view query = TargetQuery(subject.genuine().request.target);
  const std::string target = query.empty() ? path : path + "?" + std::string(query);
  const auto send = [&](const std::string& changed, const std::string& what) {
    Trial trial = subject.genuine();
    trial.request.target = changed;
    trial.request.external_url = "https://evil.example" + changed;
    trial.path_params = MatchPath(path_template, changed);
    ExpectUnchanged(subject, trial, "coverage.uncovered_url", what);
  };
  send(target, "the path of a URL that is not covered");
  if (subject.proof()->coverage.query) return;
  send(target + (query.empty() ? "?" : "&") + "account=evil&tenant=evil&id=evil&to=evil&from=evil",
       "parameters of a URL that is not covered");
}

void CheckUncoveredHeaders(Subject& subject) {
  const Trial& genuine = subject.genuine();
  for (const auto& [own, given] : genuine.request.headers) {
    const std::string name(own);
    const std::string value(given);
    if (EqualsIgnoreCase(name, subject.vector().proof.header)) continue;
    if (subject.vector().trusts("header:" + name)) continue;
    for (const std::string& changed :
         std::array{value.empty() ? "x" : Flipped(value, 0),
                    value.empty() ? "x" : Flipped(value, value.size() - 1), value + "0",
                    std::string("evil"), std::string()}) {
      Trial trial = genuine;
      trial.request.headers.Set(name, changed);
      ExpectUnchanged(subject, trial, "coverage.uncovered_header", "the header " + name);
    }
  }
  for (const auto& [name, value] : kStrangers) {
    if (subject.vector().trusts("header:" + std::string(name))) continue;
    Trial trial = genuine;
    trial.request.headers.Add(name, value);
    ExpectUnchanged(subject, trial, "coverage.uncovered_header",
                    "a header " + std::string(name) + " that somebody added");
  }
}

}  // namespace

void CheckCoverage(Subject& subject) {
  if (subject.result() == nullptr || subject.vector().proof.kind == ProofKind::kNone) return;
  const bool vouches = subject.vector().proof.kind == ProofKind::kCredential;
  const Coverage& coverage = subject.proof()->coverage;
  if (!coverage.body && !vouches && !subject.vector().trusts("body")) CheckUncoveredBody(subject);
  if (!coverage.url && !vouches && !subject.vector().trusts("url")) CheckUncoveredUrl(subject);
  CheckUncoveredHeaders(subject);
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

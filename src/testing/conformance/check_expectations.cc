// What a vector says must come of it.

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omni/codec.h"
#include "omni/error.h"
#include "omni/json.h"
#include "testing/conformance/checks.h"
#include "testing/conformance/stamp.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

// The first member of `expected` that `actual` does not have, as a JSON path; empty when all agree.
std::string FirstDifference(JsonValue expected, JsonValue actual, const std::string& path) {
  if (expected.is_object() && actual.is_object()) {
    for (const JsonMember& member : expected.members()) {
      std::string difference =
          FirstDifference(member.value, actual[member.key], path + "." + std::string(member.key));
      if (!difference.empty()) return difference;
    }
    return {};
  }
  if (expected.is_array() && actual.is_array() && expected.size() == actual.size()) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      std::string difference =
          FirstDifference(expected.At(i), actual.At(i), path + "[" + std::to_string(i) + "]");
      if (!difference.empty()) return difference;
    }
    return {};
  }
  // `null` is: not there.
  if (expected.is_null() && !actual.exists()) return {};
  const bool same = expected.type() == actual.type() && expected.scalar() == actual.scalar() &&
                    expected.size() == actual.size();
  return same ? std::string() : path;
}

bool Matches(std::string_view expected, std::string_view actual, std::string& difference) {
  const auto left = JsonDocument::Parse(expected);
  const auto right = JsonDocument::Parse(actual);
  if (!left.ok() || !right.ok()) {
    difference = "not JSON";
    return false;
  }
  difference = FirstDifference(left->root(), right->root(), "event");
  return difference.empty();
}

// An adapter proves a request that the gateway then refuses: the channel does not serve its
// account.
void CheckRefusedByGateway(Subject& subject, const ExpectedRefusal& expected) {
  auto opened = OpenGateway(subject.factory(), subject.vector().channel, subject.vector().time);
  if (!opened.ok()) return;  // told by gateway.answer
  const HttpResponse answer = opened->gateway->HandleBlocking(subject.genuine().request);
  const auto body = JsonDocument::Parse(answer.body);
  const bool refused =
      expected.reason.empty() && answer.status >= 400 &&
      (expected.status == 0 || expected.status == answer.status) &&
      (expected.code.empty() || (body.ok() && body->root()["code"].text() == expected.code));
  subject.Expect(refused, "vector.refused", [&] {
    return "proved by the adapter, and answered " + std::to_string(answer.status) +
           " by the gateway";
  });
}

void CheckRefused(Subject& subject) {
  const ExpectedRefusal& expected = *subject.vector().expect.refused;
  const Trial& trial = subject.genuine();
  auto verdict = subject.Verify(trial);
  absl::Status status = verdict.status();
  if (verdict.ok()) {
    const auto result =
        subject.Normalize(trial, {.coverage = verdict->coverage, .received_at = trial.now});
    status = result.status();
  }
  if (status.ok()) return CheckRefusedByGateway(subject, expected);
  const ErrorDetail detail = GetErrorDetail(status);
  subject.Expect(expected.status == 0 || expected.status == detail.http_status, "vector.refused",
                 [&] { return "answered " + std::to_string(detail.http_status); });
  subject.Expect(expected.reason.empty() || expected.reason == detail.reason, "vector.refused",
                 [&] { return "the reason is " + detail.reason; });
  subject.Expect(expected.code.empty() || expected.code == detail.code, "vector.refused",
                 [&] { return "the code is " + detail.code; });
}

void CheckProof(Subject& subject) {
  const Expectation& expect = subject.vector().expect;
  const VerifyResult& proof = *subject.proof();
  subject.Expect(expect.key.empty() || proof.key_id == expect.key, "vector.proof",
                 [&] { return "proved by " + std::string(proof.key_id.view()); });
  if (!expect.covers) return;
  const auto covers = [&](std::string_view part) {
    return std::find(expect.covers->begin(), expect.covers->end(), part) != expect.covers->end();
  };
  const Coverage& coverage = proof.coverage;
  subject.Expect(coverage.body == covers("body") && coverage.url == covers("url") &&
                     coverage.query == covers("query"),
                 "vector.proof", [] { return "the coverage is another one"; });
}

void CheckAck(Subject& subject) {
  const HttpResponse& ack = subject.result()->ack;
  subject.Expect(ack.status >= 200 && ack.status < 300, "vector.ack",
                 [&] { return "acknowledged with " + std::to_string(ack.status); });
  const auto& expected = subject.vector().expect.ack;
  if (!expected) return;
  subject.Expect(expected->status == ack.status, "vector.ack",
                 [&] { return "acknowledged with " + std::to_string(ack.status); });
  subject.Expect(!expected->body || *expected->body == ack.body, "vector.ack",
                 [&] { return "the body is " + ack.body; });
  const std::string type = MediaType(ack.headers.Find("Content-Type").value_or(""));
  subject.Expect(expected->content_type.empty() || expected->content_type == type, "vector.ack",
                 [&] { return "the content type is " + type; });
}

// An event as it reaches the queue, with the routing beside it.
std::string AsQueued(const Envelope& envelope) {
  std::string json = envelope.body;
  if (json.empty()) return json;
  json.pop_back();
  json += ",\"queue\":";
  JsonWriter(json).String(envelope.queue);
  json += ",\"group\":";
  JsonWriter(json).String(envelope.group);
  return json + "}";
}

// What reaches the queue: of events with one key, the first.
std::vector<std::string> Queued(const Subject& subject) {
  std::vector<std::string> queued;
  std::set<std::string> keys;
  Stamper stamper(subject.NewAdapter(), subject.vector().channel);
  for (const Envelope& envelope : stamper.Stamp(*subject.result())) {
    if (keys.insert(envelope.dedupe_key).second) queued.push_back(AsQueued(envelope));
  }
  return queued;
}

void CheckEventsExpected(Subject& subject) {
  const Expectation& expect = subject.vector().expect;
  const InboundResult& result = *subject.result();
  subject.Expect(!expect.ignored || *expect.ignored == std::int64_t(result.ignored.size()),
                 "vector.events",
                 [&] { return std::to_string(result.ignored.size()) + " items are ignored"; });
  if (!expect.events) return;
  const std::vector<std::string> actual = Queued(subject);
  subject.Expect(actual.size() == expect.events->size(), "vector.events", [&] {
    return std::to_string(actual.size()) + " events instead of " +
           std::to_string(expect.events->size());
  });
  if (actual.size() != expect.events->size()) return;
  std::string difference;
  std::vector<std::size_t> wrong;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (!Matches((*expect.events)[i], actual[i], difference)) wrong.push_back(i);
  }
  const bool elsewhere =
      wrong.size() > 1 && std::all_of(wrong.begin(), wrong.end(), [&](std::size_t i) {
        return std::any_of(wrong.begin(), wrong.end(), [&](std::size_t j) {
          return Matches((*expect.events)[i], actual[j], difference);
        });
      });
  subject.Expect(!elsewhere, "vector.order", [] { return "the events are in another order"; });
  if (elsewhere) return;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const bool same = Matches((*expect.events)[i], actual[i], difference);
    subject.Expect(same, "vector.events",
                   [&] { return "event " + std::to_string(i) + " differs at " + difference; });
  }
}

}  // namespace

void CheckExpectations(Subject& subject) {
  if (!subject.vector().accepted()) return CheckRefused(subject);
  subject.Expect(subject.proof() != nullptr, "vector.accepted", [&] {
    return "refused: " + subject.Verify(subject.genuine()).status().ToString();
  });
  if (subject.proof() == nullptr) return;
  CheckProof(subject);
  subject.Expect(subject.result() != nullptr, "vector.accepted", [&] {
    return "not normalized: " + subject.Normalize(subject.genuine()).status().ToString();
  });
  if (subject.result() == nullptr) return;
  CheckAck(subject);
  CheckEventsExpected(subject);
  const InboundResult& result = *subject.result();
  if (const auto& told = subject.vector().expect.told; told) {
    subject.Expect(std::int64_t(result.events.size() + result.ignored.size()) >= *told, "loss.told",
                   [&] {
                     return std::to_string(*told) + " items were told, and " +
                            std::to_string(result.events.size()) + " became events, " +
                            std::to_string(result.ignored.size()) + " were ignored with a reason";
                   });
  }
}

void CheckIntermediates(Subject& subject) {
  const Vector& vector = subject.vector();
  const ProofSpec& spec = vector.proof;
  if (spec.kind == ProofKind::kNone) return;
  const std::string proof = FindProof(spec, subject.genuine().request);
  subject.Expect(!proof.empty(), "vector.intermediate", [] {
    return "there is no proof in the request, and nothing says how to make one";
  });
  const auto values = ComputeIntermediates(vector, subject.proving_secret(), vector.time,
                                           subject.genuine().request);
  subject.Expect(values.ok(), "vector.intermediate", [&] { return values.status().ToString(); });
  if (!values.ok()) return;
  const std::pair<const std::string*, const std::string*> pairs[] = {
      {&spec.canonical_form, &values->canonical_form},
      {&spec.string_to_sign, &values->string_to_sign},
      {&spec.mac, &values->mac}};
  for (const auto& [stated, computed] : pairs) {
    if (stated->empty()) continue;
    subject.Expect(*stated == *computed, "vector.intermediate",
                   [&computed = computed] { return "stated otherwise, computed " + *computed; });
  }
  if (!values->mac.empty() && vector.accepted()) {
    subject.Expect(proof.find(values->mac) != proof.npos, "vector.intermediate",
                   [&] { return "the proof does not hold the code " + values->mac; });
  }
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

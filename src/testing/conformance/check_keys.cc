// Key rings, and headers in other clothes.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "testing/conformance/checks.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

constexpr int kUnrelatedHeaders = 40;

// The vector's request under a ring in which the proving secret stands at some positions.
struct Ring {
  std::vector<std::string> secrets;
  std::size_t proving;  ///< the first position of the secret that proves
};

Trial UnderRing(const Subject& subject, const Purpose& proving, const Ring& ring) {
  std::vector<Purpose> purposes = subject.purposes();
  for (Purpose& purpose : purposes) {
    if (purpose.name == proving.name) purpose.secrets = ring.secrets;
  }
  Trial trial = subject.genuine();
  trial.keys = KeysOf(purposes);
  return trial;
}

void ExpectSameOutcome(Subject& subject, const Trial& trial, std::string_view check,
                       const std::string& what) {
  const std::string before = Outcome(subject.adapter(), subject.genuine());
  const std::string now = Outcome(subject.adapter(), trial);
  subject.Expect(before == now, check, [&] { return "another outcome with " + what; });
}

HttpHeaders Renamed(const HttpHeaders& headers, char first, char last, int shift) {
  HttpHeaders renamed;
  for (const auto& [name, value] : headers) {
    std::string other(name);
    for (char& c : other) {
      if (c >= first && c <= last) c = static_cast<char>(c + shift);
    }
    renamed.Add(other, value);
  }
  return renamed;
}

bool HasRepeatedNames(const HttpHeaders& headers) {
  return std::any_of(headers.begin(), headers.end(), [&](const HttpHeaders::Field& field) {
    return headers.FindAll(field.first).size() > 1;
  });
}

}  // namespace

void CheckKeys(Subject& subject) {
  if (subject.proof() == nullptr || subject.vector().proof.kind == ProofKind::kNone) return;
  const std::string genuine(subject.proving_secret());
  const auto& purposes = subject.purposes();
  const auto proving = std::find_if(purposes.begin(), purposes.end(), [&](const Purpose& each) {
    return each.name == subject.vector().proof.secret || subject.vector().proof.secret.empty();
  });
  if (proving == purposes.end()) return;
  const Ring rings[] = {
      {{"decoy-1" + genuine, genuine}, 1},
      {{genuine, "decoy-1" + genuine}, 0},
      {{"decoy-1" + genuine, "decoy-2" + genuine, genuine, "decoy-3" + genuine}, 2},
  };
  for (const Ring& ring : rings) {
    const auto verdict = subject.Verify(UnderRing(subject, *proving, ring), Subject::Explain::kYes);
    const std::string id = proving->name + "[" + std::to_string(ring.proving) + "]";
    subject.Expect(verdict.ok(), "keys.rotation", [&] { return "the key is not found as " + id; });
    if (!verdict.ok()) continue;
    subject.Expect(verdict->key_id.view().starts_with(id), "keys.key_id", [&] {
      return "proved by " + id + " and reported as " + std::string(verdict->key_id.view());
    });
  }
  const Ring twice{{genuine, genuine}, 0};
  const auto verdict = subject.Verify(UnderRing(subject, *proving, twice));
  subject.Expect(verdict.ok() && verdict->key_id.view().starts_with(proving->name + "[0]"),
                 "keys.newest_first",
                 [] { return "of two keys that prove, not the newer counts"; });
}

void CheckHeaders(Subject& subject) {
  if (subject.result() == nullptr) return;
  const HttpHeaders& headers = subject.genuine().request.headers;
  Trial trial = subject.genuine();
  trial.request.headers = Renamed(headers, 'A', 'Z', 'a' - 'A');
  ExpectSameOutcome(subject, trial, "headers.case", "header names in lower case");
  trial.request.headers = Renamed(headers, 'a', 'z', 'A' - 'a');
  ExpectSameOutcome(subject, trial, "headers.case", "header names in upper case");

  HttpHeaders crowded;
  for (int i = 0; i < kUnrelatedHeaders; ++i) {
    crowded.Add("X-Unrelated-" + std::to_string(i), "value");
  }
  for (const auto& [name, value] : headers) crowded.Add(name, value);
  for (int i = 0; i < kUnrelatedHeaders; ++i) {
    crowded.Add("X-Unrelated-" + std::to_string(i), "other value");
  }
  trial.request.headers = std::move(crowded);
  ExpectSameOutcome(subject, trial, "headers.order", "unrelated headers around");
  if (HasRepeatedNames(headers)) return;
  HttpHeaders reversed;
  const HttpHeaders::Fields fields = headers.items();
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    reversed.Add(field->first, field->second);
  }
  trial.request.headers = std::move(reversed);
  ExpectSameOutcome(subject, trial, "headers.order", "the headers in reverse order");
}

void CheckTimes(Subject& subject) {
  if (subject.proof() == nullptr || subject.vector().proof.kind == ProofKind::kNone) return;
  const auto verdict_at = [&](absl::Time now) {
    Trial trial = subject.genuine();
    trial.now = now;
    return subject.Verify(trial, Subject::Explain::kYes).ok();
  };
  const auto& times = subject.vector().times;
  if (!times) {
    for (const absl::Duration away : {-absl::Hours(24 * 3650), absl::Hours(24 * 3650)}) {
      subject.Expect(verdict_at(subject.vector().time + away), "window.undeclared",
                     [] { return "the proof expires, and the vector has no `times`"; });
    }
    return;
  }
  for (const absl::Time time : times->accepted) {
    subject.Expect(verdict_at(time), "window.accepted",
                   [&] { return "refused at " + absl::FormatTime(time, absl::UTCTimeZone()); });
  }
  for (const absl::Time time : times->rejected) {
    subject.Expect(!verdict_at(time), "window.rejected",
                   [&] { return "accepted at " + absl::FormatTime(time, absl::UTCTimeZone()); });
  }
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

// Requests whose proof is missing, damaged, or somebody else's.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "omni/support/encoding.h"
#include "testing/conformance/checks.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {
namespace {

using Explain = Subject::Explain;

// What a stranger may send along to be let in without a proof.
constexpr std::pair<std::string_view, std::string_view> kTemptations[] = {
    {"Host", "localhost"},
    {"X-Forwarded-For", "127.0.0.1"},
    {"X-Real-IP", "127.0.0.1"},
    {"Forwarded", "for=127.0.0.1;host=localhost;proto=https"},
    {"X-Forwarded-Host", "localhost"},
    {"X-Original-URL", "/"},
    {"X-Rewrite-URL", "/"},
    {"X-HTTP-Method-Override", "OPTIONS"},
    {"Authorization", "Bearer null"},
    {"Authorization", "Basic Og=="},
    {"User-Agent", "TwilioProxy/1.1"},
    {"Content-Type", "application/octet-stream"},
    {"Content-Encoding", "identity"},
    {"X-Debug", "1"},
    {"X-Test", "true"},
    {"X-Verified", "true"},
};

constexpr std::string_view kContentTypes[] = {"application/json",
                                              "application/x-www-form-urlencoded", "text/plain",
                                              "multipart/form-data", "application/octet-stream"};

Trial WithProof(const Subject& subject, std::string_view proof) {
  Trial trial = subject.genuine();
  SetProof(subject.vector().proof, proof, trial.request);
  return trial;
}

Trial WithoutProof(const Subject& subject) {
  Trial trial = subject.genuine();
  RemoveProof(subject.vector().proof, trial.request);
  return trial;
}

void CheckUnsigned(Subject& subject) {
  subject.ExpectRefused(WithoutProof(subject), "forgery.unsigned", "a request without its proof",
                        Explain::kYes);
  subject.ExpectRefused(WithProof(subject, ""), "forgery.unsigned", "an empty proof",
                        Explain::kYes);
  Trial empty = WithoutProof(subject);
  empty.request.body.clear();
  subject.ExpectRefused(empty, "forgery.unsigned", "neither proof nor body", Explain::kYes);
  empty.request.body = "{}";
  subject.ExpectRefused(empty, "forgery.unsigned", "an empty object without a proof");
}

// Prefixes and suffixes, and one character more at either end.
void CheckPartialSignature(Subject& subject, const std::string& proof) {
  const std::string_view whole = proof;
  for (std::size_t size = 1; size < whole.size(); ++size) {
    // A credential without its scheme is another spelling of it, if it is let in at all.
    if (whole.substr(size).find(subject.proving_secret()) != whole.npos) continue;
    subject.ExpectRefused(WithProof(subject, whole.substr(0, size)), "forgery.partial_signature",
                          "the first " + std::to_string(size) + " bytes of a proof",
                          size + 1 == whole.size() ? Explain::kYes : Explain::kNo);
    subject.ExpectRefused(WithProof(subject, whole.substr(size)), "forgery.partial_signature",
                          "a proof without its first " + std::to_string(size) + " bytes");
  }
  for (const char* more : {"0", "A", "=", ",", ";"}) {
    subject.ExpectRefused(WithProof(subject, proof + more), "forgery.partial_signature",
                          "a proof with more behind it");
  }
}

void CheckFlippedSignature(Subject& subject, const std::string& proof) {
  for (std::size_t i = 0; i < proof.size(); ++i) {
    for (const char mask : {'\x01', '\x80'}) {
      std::string flipped = proof;
      flipped[i] = static_cast<char>(flipped[i] ^ mask);
      subject.ExpectRefused(WithProof(subject, flipped), "forgery.flipped_signature",
                            "a proof whose byte " + std::to_string(i) + " was flipped",
                            i % 16 == 0 ? Explain::kYes : Explain::kNo);
    }
  }
}

std::vector<std::string> OtherSecrets(std::string_view secret) {
  const std::string text(secret);
  return {"x" + text, text + "x", text.substr(0, text.size() / 2), text.substr(1),
          std::string(text.rbegin(), text.rend()) + "r"};
}

// The vector's keys with other secrets for the purpose that proves.
KeySet KeysWith(const Subject& subject, const std::vector<std::string>& secrets) {
  std::vector<Purpose> purposes = subject.purposes();
  for (Purpose& purpose : purposes) {
    if (purpose.name == subject.vector().proof.secret || subject.vector().proof.secret.empty()) {
      purpose.secrets = secrets;
    }
  }
  return KeysOf(purposes);
}

void CheckOtherKeys(Subject& subject) {
  Trial trial = subject.genuine();
  for (const std::string& other : OtherSecrets(subject.proving_secret())) {
    trial.keys = KeysWith(subject, {other});
    subject.ExpectRefused(trial, "forgery.other_key", "a request under another key", Explain::kYes);
    if (!subject.signer().CanSign(subject.vector())) continue;
    Trial signed_otherwise = subject.genuine();
    subject.signer().Sign(subject.vector(), other, trial.now, signed_otherwise.request);
    subject.ExpectRefused(signed_otherwise, "forgery.other_key",
                          "a request that was signed with another key", Explain::kYes);
  }
  trial.keys = KeySet();
  subject.ExpectRefused(trial, "forgery.no_key", "a request without any key to prove it",
                        Explain::kYes);
  trial.keys = KeysWith(subject, {});
  subject.ExpectRefused(trial, "forgery.no_key", "a request under an empty ring");
  trial.keys = KeysWith(subject, {""});
  subject.ExpectRefused(trial, "forgery.no_key", "a request under an empty secret");
  trial.keys.Set("unrelated", KeyRing::Of("unrelated", {subject.proving_secret()}));
  subject.ExpectRefused(trial, "forgery.no_key", "a request under the key of another purpose");
  if (!subject.signer().CanSign(subject.vector())) return;
  Trial signed_with_nothing = subject.genuine();
  subject.signer().Sign(subject.vector(), "", trial.now, signed_with_nothing.request);
  subject.ExpectRefused(signed_with_nothing, "forgery.no_key",
                        "a request that was signed with an empty key");
}

// The proof twice: neither a wrong one beside another, nor a wrong one in front of nothing.
void CheckRepeatedHeader(Subject& subject, const std::string& proof) {
  const std::string& header = subject.vector().proof.header;
  if (header.empty()) return;
  std::string wrong = proof;
  wrong.back() = static_cast<char>(wrong.back() ^ 1);
  std::string wrong_too = proof;
  wrong_too.front() = static_cast<char>(wrong_too.front() ^ 1);
  const std::pair<std::string, std::string> pairs[] = {
      {wrong, wrong_too}, {wrong, ""}, {"", wrong}, {"", ""}, {wrong, wrong}};
  for (const auto& [first, second] : pairs) {
    Trial trial = WithoutProof(subject);
    trial.request.headers.Add(header, first);
    trial.request.headers.Add(header, second);
    subject.ExpectRefused(trial, "forgery.repeated_header", "two proofs that are both wrong",
                          Explain::kYes);
  }
  // Cut in the middle, as a list of values might be put together again.
  Trial trial = WithoutProof(subject);
  trial.request.headers.Add(header, proof.substr(0, proof.size() / 2));
  trial.request.headers.Add(header, proof.substr(proof.size() / 2));
  subject.ExpectRefused(trial, "forgery.repeated_header", "a proof cut into two headers");
}

void CheckTemptations(Subject& subject) {
  const Trial bare = WithoutProof(subject);
  for (const auto& [name, value] : kTemptations) {
    Trial trial = bare;
    trial.request.headers.Set(name, value);
    subject.ExpectRefused(trial, "forgery.stranger_header",
                          "a request without a proof for its header " + std::string(name));
  }
  if (!subject.adapter().info().origin_authenticates) {
    Trial allowed = bare;
    allowed.origin_allowed = true;
    subject.ExpectRefused(allowed, "forgery.allowed_address",
                          "a request without a proof from an allowed address", Explain::kYes);
  }
  Trial local = bare;
  local.request.peer = "127.0.0.1";
  subject.ExpectRefused(local, "forgery.stranger_header", "a request without a proof from nearby");
  for (std::string_view type : kContentTypes) {
    Trial trial = bare;
    trial.request.headers.Set("Content-Type", type);
    subject.ExpectRefused(trial, "forgery.other_form",
                          "a request without a proof as " + std::string(type));
  }
  const MountSpec* const mount = FindMount(subject.adapter().info(), subject.vector());
  if (mount == nullptr) return;
  for (HttpMethod method : mount->methods) {
    Trial trial = bare;
    trial.request.method = method;
    subject.ExpectRefused(trial, "forgery.other_form",
                          "a " + std::string(HttpMethodName(method)) + " without a proof",
                          Explain::kYes);
  }
}

// A token that says itself that it needs no signature.
void CheckUnsignedToken(Subject& subject, const std::string& proof) {
  const std::size_t first = proof.find('.');
  const std::size_t last = proof.rfind('.');
  if (first == proof.npos || first == last) return;
  const std::string claims = proof.substr(first, last - first + 1);
  for (const char* algorithm : {"none", "None", "NONE", "nOnE", ""}) {
    const std::string header = std::string(R"({"alg":")") + algorithm + R"(","typ":"JWT"})";
    const std::string unsigned_token = Base64UrlEncode(header) + claims;
    subject.ExpectRefused(WithProof(subject, unsigned_token), "forgery.unsigned_token",
                          "a token without a signature", Explain::kYes);
    subject.ExpectRefused(WithProof(subject, unsigned_token + proof.substr(last + 1)),
                          "forgery.unsigned_token", "a token with a signature of no algorithm");
  }
}

}  // namespace

void CheckForgeries(Subject& subject) {
  if (subject.proof() == nullptr || subject.vector().proof.kind == ProofKind::kNone) return;
  const std::string proof = FindProof(subject.vector().proof, subject.genuine().request);
  if (proof.empty()) return;
  CheckUnsigned(subject);
  CheckPartialSignature(subject, proof);
  CheckFlippedSignature(subject, proof);
  CheckOtherKeys(subject);
  CheckRepeatedHeader(subject, proof);
  CheckTemptations(subject);
  CheckUnsignedToken(subject, proof);
}

void CheckProofsOfOthers(std::vector<Subject>& subjects) {
  for (Subject& subject : subjects) {
    const ProofSpec& spec = subject.vector().proof;
    if (subject.proof() == nullptr || spec.kind != ProofKind::kMac) continue;
    const std::string own = FindProof(spec, subject.genuine().request);
    for (const Subject& other : subjects) {
      const ProofSpec& other_spec = other.vector().proof;
      if (other_spec.header != spec.header || other_spec.query != spec.query) continue;
      const std::string proof = FindProof(other_spec, other.genuine().request);
      if (proof.empty() || proof == own) continue;
      subject.ExpectRefused(WithProof(subject, proof), "forgery.proof_of_another",
                            "the proof of " + other.vector().name);
    }
  }
}

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

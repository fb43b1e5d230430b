/// \file
/// A vector: a request as a carrier sends it, how it is proved, and what must become of it.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/http.h"
#include "omni/provenance.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {

/// What a proof is made of.
enum class ProofKind {
  kMac,         ///< computed from the request
  kCredential,  ///< the secret itself, which vouches for whoever presents it
  kNone,        ///< the request is not proved
};
BOOST_DESCRIBE_ENUM(ProofKind, kMac, kCredential, kNone)

/// The member `signature` of a vector file.
struct ProofSpec {
  ProofKind kind = ProofKind::kMac;
  std::string header = {};  ///< where the proof is: exactly one of these three
  std::string query = {};
  std::string member = {};  ///< JSON pointer into the body
  std::string secret = {};  ///< the purpose whose newest secret proves
  std::string algorithm = {};
  std::string encoding = "hex";
  std::string text = {};  ///< what is signed, with `{placeholders}`
  std::string value = "{mac}";
  std::string canonical_form = {};  ///< intermediate values of this vector, to compare with
  std::string string_to_sign = {};
  std::string mac = {};
  std::vector<std::string> trusts = {};  ///< parts that count although nothing covers them
};
BOOST_DESCRIBE_STRUCT(ProofSpec, (),
                      (kind, header, query, member, secret, algorithm, encoding, text, value,
                       canonical_form, string_to_sign, mac, trusts))

/// The member `where`: which values of the body, or of the query, mean what. Pointers are relative
/// to an element of the batch, where there is a batch.
struct Where {
  bool in_query = false;
  std::string batch = {};
  std::vector<std::string> id = {};  ///< every place that repeats it
  std::string type = {};
  std::string recipient = {};
  std::string other_recipient = {};
  std::string status = {};
  std::string other_status = {};
};
BOOST_DESCRIBE_STRUCT(Where, (),
                      (in_query, batch, id, type, recipient, other_recipient, status, other_status))

struct ExpectedRefusal {
  std::int64_t status = 0;
  std::string reason = {};
  std::string code = {};
};
BOOST_DESCRIBE_STRUCT(ExpectedRefusal, (), (status, reason, code))

struct ExpectedAck {
  std::int64_t status = 200;
  std::optional<std::string> body = {};
  std::string content_type = {};
};
BOOST_DESCRIBE_STRUCT(ExpectedAck, (), (status, body, content_type))

/// The member `expect`.
struct Expectation {
  std::optional<ExpectedRefusal> refused = {};  ///< absent: the request is accepted
  std::string key = {};
  std::optional<std::vector<std::string>> covers = {};
  std::optional<std::int64_t> told = {};  ///< items that the carrier told; default: the events
  std::optional<std::int64_t> ignored = {};
  std::optional<ExpectedAck> ack = {};
  std::string same_conversation_as = {};  ///< names of other vectors
  std::string same_events_as = {};
  std::string supersedes = {};
  /// Each the JSON text of some members of an event; absent: not compared.
  std::optional<std::vector<std::string>> events = {};
};
BOOST_DESCRIBE_STRUCT(Expectation, (),
                      (refused, key, covers, told, ignored, ack, same_conversation_as,
                       same_events_as, supersedes))

/// The member `times`: when else the very same request is genuine, and when it is not.
struct Times {
  std::vector<absl::Time> accepted = {};
  std::vector<absl::Time> rejected = {};
};
BOOST_DESCRIBE_STRUCT(Times, (), (accepted, rejected))

struct Vector {
  std::string name = {};
  std::string channel = {};  ///< JSON object
  std::string mount = {};    ///< empty: the adapter's first
  WebhookRequest request = {};
  absl::Time time = absl::InfinitePast();
  ProofSpec proof = {};
  Where where = {};
  Expectation expect = {};
  std::optional<Times> times = {};

  [[nodiscard]] bool accepted() const { return !expect.refused.has_value(); }
  [[nodiscard]] bool trusts(std::string_view part) const;
};

/// Reads a vector file. Requests are not signed yet.
///
/// Errors: InvalidArgument with every mistake, each with its JSON path; NotFound.
[[nodiscard]] absl::StatusOr<std::vector<Vector>> LoadVectors(const std::string& path);

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

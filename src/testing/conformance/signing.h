/// \file
/// The proof of a request: where it is, and how it is made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "omni/http.h"
#include "omni/key_ring.h"
#include "omni/testing/conformance.h"
#include "testing/conformance/vector.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {

/// The proof that a request carries; empty when it has none.
[[nodiscard]] std::string FindProof(const ProofSpec& spec, const WebhookRequest& request);
/// Replaces the proof, or adds it.
void SetProof(const ProofSpec& spec, std::string_view value, WebhookRequest& request);
void RemoveProof(const ProofSpec& spec, WebhookRequest& request);

/// Secrets of one purpose, newest first.
struct Purpose {
  std::string name = {};
  std::vector<std::string> secrets = {};
};

/// The secrets that a channel's JSON holds under these names.
[[nodiscard]] std::vector<Purpose> SecretsOf(std::string_view channel,
                                             const std::vector<std::string>& names);
[[nodiscard]] KeySet KeysOf(const std::vector<Purpose>& purposes);
/// The newest secret that a vector is proved with; empty when there is none.
[[nodiscard]] std::string_view ProvingSecret(const ProofSpec& spec,
                                             const std::vector<Purpose>& purposes);

/// Signs requests as a vector's description, or the suite's function, says.
///
/// Thread safety: as the suite's function.
class Signer {
 public:
  explicit Signer(SignFunction function) : function_(std::move(function)) {}

  [[nodiscard]] bool CanSign(const Vector& vector) const;
  /// Gives `request` the proof that it is genuine. CanSign says whether that is possible.
  void Sign(const Vector& vector, std::string_view secret, absl::Time time,
            WebhookRequest& request) const;

 private:
  SignFunction function_;
};

/// What a signature is made from on the way: each empty where the description does not tell.
struct IntermediateValues {
  std::string canonical_form = {};
  std::string string_to_sign = {};
  std::string mac = {};
};

/// Errors: InvalidArgument for a description that cannot be followed.
[[nodiscard]] absl::StatusOr<IntermediateValues> ComputeIntermediates(
    const Vector& vector, std::string_view secret, absl::Time time, const WebhookRequest& request);

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

/// \file
/// An adapter under examination with one vector.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapter_registry.h"
#include "testing/conformance/calls.h"
#include "testing/conformance/findings.h"
#include "testing/conformance/signing.h"
#include "testing/conformance/vector.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {

/// Stand in bodies and queries and must not stand in anything that an operator or the sender reads.
inline constexpr std::string_view kCanary = "omni-canary-5b0e83d1";
inline constexpr std::string_view kQueryCanary = "omni-query-canary-c27fa946";

/// What does not change while an adapter is examined.
struct Examination {
  const AdapterFactory& factory;
  const Signer& signer;
  Findings& findings;
};

/// Every call that it makes is watched: for exceptions, for what leaks, for refusals that are none.
///
/// Thread safety: confined.
class Subject {
 public:
  Subject(const Examination& examination, const Vector& vector,
          std::shared_ptr<const ChannelAdapter> adapter);

  [[nodiscard]] const Vector& vector() const { return *vector_; }
  [[nodiscard]] const ChannelAdapter& adapter() const { return *adapter_; }
  [[nodiscard]] const AdapterFactory& factory() const { return *factory_; }
  [[nodiscard]] const Signer& signer() const { return *signer_; }
  [[nodiscard]] const std::vector<Purpose>& purposes() const { return purposes_; }
  [[nodiscard]] std::string_view proving_secret() const {
    return ProvingSecret(vector_->proof, purposes_);
  }
  /// An adapter of the same configuration that has seen nothing yet.
  [[nodiscard]] std::shared_ptr<const ChannelAdapter> NewAdapter() const;

  /// The vector's request as the carrier sends it.
  [[nodiscard]] const Trial& genuine() const { return genuine_; }
  /// What the adapter makes of it: null unless it is accepted and normalized.
  [[nodiscard]] const VerifyResult* proof() const { return proof_ ? &*proof_ : nullptr; }
  [[nodiscard]] const InboundResult* result() const { return result_ ? &*result_ : nullptr; }

  /// The vector's request with another body, proved or not as it stood.
  [[nodiscard]] Trial WithBody(std::string body) const;
  /// Signed anew, where that is possible.
  [[nodiscard]] Trial Resigned(Trial trial) const;

  enum class Explain { kNo, kYes };
  [[nodiscard]] absl::StatusOr<VerifyResult> Verify(const Trial& trial,
                                                    Explain explain = Explain::kNo);
  [[nodiscard]] absl::StatusOr<InboundResult> Normalize(const Trial& trial,
                                                        const NormalizeSettings& settings);
  /// As the vector's own request was proved.
  [[nodiscard]] absl::StatusOr<InboundResult> Normalize(const Trial& trial);
  /// What the adapter answers to a failure; watched too.
  HttpResponse Reject(const absl::Status& status);

  /// As Findings::Expect, of this vector.
  template <class Detail>
  void Expect(bool holds, std::string_view check, Detail&& detail) {
    findings_->Expect(holds, check, vector_->name, detail);
  }
  void ExpectRefused(const Trial& trial, std::string_view check, std::string_view what,
                     Explain explain = Explain::kNo);

 private:
  struct Forbidden {
    std::string_view check;
    std::string text;
  };
  void Forbid(std::string_view check, std::string_view text, std::size_t min_size);
  void ForbidPhone(std::string_view address);
  void ForbidWhatEventsSay();
  void LookForLeaks(std::string_view text, std::string_view place);
  void LookForSecrets(std::string_view text, std::string_view place);
  void WatchRefusal(const absl::Status& status, std::string_view status_check,
                    std::string_view presented);
  void WatchRejection(const HttpResponse& response);
  void WatchResult(const InboundResult& result);

  const AdapterFactory* factory_;
  const Signer* signer_;
  Findings* findings_;
  const Vector* vector_;
  std::shared_ptr<const ChannelAdapter> adapter_;
  std::vector<Purpose> purposes_;
  Trial genuine_;
  std::optional<VerifyResult> proof_;
  std::optional<InboundResult> result_;
  std::vector<Forbidden> forbidden_;
  std::set<std::string> refusals_seen_;
};

/// Makes the adapter of a channel. Errors: the factory's.
[[nodiscard]] absl::StatusOr<std::shared_ptr<const ChannelAdapter>> MakeAdapter(
    const AdapterFactory& factory, std::string_view channel);

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

/// \file
/// A carrier made for the pipeline's tests. It proves a request with a token in a header, and its
/// body says which events there are.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "omni/adapter.h"
#include "omni/adapter_registry.h"

namespace omni::inline v0_1 {
namespace testing {

/// How a test wants the carrier to be.
struct EchoOptions {
  std::string name = "echo";
  std::string path = "/echo";
  bool claims_account = true;         ///< `X-Account` is the claim
  bool origin_authenticates = false;  ///< an allowed origin does without the token
  bool token_required = true;
  bool any_origin = true;
  bool challenges = false;  ///< 401 comes with `WWW-Authenticate`
  bool forwards_accounts = false;
  bool keeps_history = false;
  absl::Duration nonce_life = absl::InfiniteDuration();
  absl::Duration ack_deadline = absl::Seconds(10);
  /// Sees the parameters of every verification.
  std::function<void(const ChannelAdapter::VerifyParams&)> on_verify = {};
  /// Sees the parameters of every Normalize, which refuses the request with an error.
  std::function<absl::Status(const ChannelAdapter::NormalizeParams&)> on_normalize = {};
};

/// What BodyWithoutSecrets blanks.
inline constexpr std::string_view kBodySecret = "canary-in-the-body";

/// Requests:
/// - `X-Token` proves; `X-Fault: verify` makes Verify fail with Internal. `X-Nonce` is the nonce;
///   with `X-Sender: host` the request is a client's of the host.
/// - GET is a handshake: it answers its query and has no events.
/// - POST: `{"account": …, "events": [{"id", "kind", "text", "to", "status", "identity", "media",
///   "fragment": {"reference", "number", "total", "bits"}, …}], "ignored": [reason…],
///   "followUps": [url…], "inquiry": {"history" | "upload" | "change" | "removal" | "mappings":
///   {…}}}`. The answer to an inquiry says what the store said.
///
/// Thread safety: immutable.
class EchoAdapter : public ChannelAdapter {
 public:
  explicit EchoAdapter(EchoOptions options);

  [[nodiscard]] const AdapterInfo& info() const override { return info_; }
  [[nodiscard]] Claimed<std::string> ClaimAccount(const ClaimParams& params) const override;
  [[nodiscard]] absl::StatusOr<VerifyResult> Verify(const VerifyParams& params) const override;
  [[nodiscard]] absl::StatusOr<InboundResult> Normalize(
      const NormalizeParams& params) const override;
  [[nodiscard]] std::optional<HistoryEntry> HistoryEntryFor(
      const HistoryParams& params) const override;
  [[nodiscard]] HttpResponse Answer(const AnswerParams& params) const override;
  [[nodiscard]] std::string BodyWithoutSecrets(std::string_view body) const override;
  [[nodiscard]] HttpResponse RejectionFor(const RejectionParams& params) const override;

 private:
  EchoOptions options_;
  AdapterInfo info_;
};

[[nodiscard]] std::unique_ptr<const ChannelAdapter> MakeEcho(EchoOptions options);

/// The adapters `echo` (also `parrot`) and `other`, which take the option `greeting`.
[[nodiscard]] AdapterRegistry MakeRegistry();

}  // namespace testing
}  // namespace omni::inline v0_1

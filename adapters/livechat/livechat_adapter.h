/// \file
/// The adapter: pure functions from requests to verdicts, events and questions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "livechat_identifier.h"
#include "omni/adapter.h"
#include "omni/adapters/livechat.h"

namespace omni::inline v0_1 {
namespace livechat {

/// What the adapter says of itself. Lifetime: the program's.
[[nodiscard]] const AdapterInfo& Info();

/// Thread safety: immutable.
class LiveChatAdapter : public ChannelAdapter {
 public:
  /// `identifiers` are those of the options, as ToText spells them, sorted.
  LiveChatAdapter(Options options, std::vector<std::string> identifiers);

  [[nodiscard]] const AdapterInfo& info() const override { return Info(); }
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
  [[nodiscard]] absl::StatusOr<InboundResult> Receive(const NormalizeParams& params,
                                                      const Identifier& identifier) const;
  [[nodiscard]] absl::StatusOr<InboundResult> ReceiveStatus(const NormalizeParams& params,
                                                            const Identifier& identifier) const;

  const Options options_;
  const std::vector<std::string> identifiers_;
};

}  // namespace livechat
}  // namespace omni::inline v0_1

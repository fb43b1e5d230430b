/// \file
/// Calls to an adapter, and what came of them as text that can be compared.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/adapter.h"
#include "omni/explanation.h"
#include "omni/http.h"
#include "omni/key_ring.h"
#include "omni/provenance.h"
#include "testing/conformance/vector.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {

/// A request on its way to an adapter, with all that goes with it.
struct Trial {
  WebhookRequest request = {};
  KeySet keys = {};
  absl::Time now = absl::InfinitePast();
  std::string mount = {};
  PathParams path_params = {};
  bool origin_allowed = false;
};

struct NormalizeSettings {
  Coverage coverage = {};
  bool keep_raw = false;
  std::size_t max_events = 10'000;
  absl::Time received_at = absl::InfinitePast();
  const Reading* reading = nullptr;
};

/// The mount of a vector; null when the adapter has none of that name.
[[nodiscard]] const MountSpec* FindMount(const AdapterInfo& info, const Vector& vector);
/// The path on which the gateway puts that mount: a channel may choose another for the first.
[[nodiscard]] std::string PathTemplate(const AdapterInfo& info, const MountSpec& mount,
                                       const Vector& vector);
/// The values of a template's parameters in `target`.
[[nodiscard]] PathParams MatchPath(std::string_view path_template, std::string_view target);

/// As the adapter's methods; an exception that escapes becomes Internal with the reason
/// `exception`.
[[nodiscard]] absl::StatusOr<std::string> CallClaimAccount(const ChannelAdapter& adapter,
                                                           const Trial& trial);
[[nodiscard]] absl::StatusOr<VerifyResult> CallVerify(const ChannelAdapter& adapter,
                                                      const Trial& trial, Explanation* explanation);
[[nodiscard]] absl::StatusOr<InboundResult> CallNormalize(const ChannelAdapter& adapter,
                                                          const Trial& trial,
                                                          const NormalizeSettings& settings);
[[nodiscard]] bool IsException(const absl::Status& status);

/// Everything that a verdict says.
[[nodiscard]] std::string Describe(const absl::StatusOr<VerifyResult>& verdict);
/// Everything that the events say.
[[nodiscard]] std::string DescribeEvents(const InboundResult& result);
/// The events, the answer, what was ignored, and what is to be done.
[[nodiscard]] std::string Describe(const absl::StatusOr<InboundResult>& result);

/// Claims, verifies, and normalizes what is genuine: all of it as text. Thread safety: as the
/// adapter.
[[nodiscard]] std::string Outcome(const ChannelAdapter& adapter, const Trial& trial);

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1

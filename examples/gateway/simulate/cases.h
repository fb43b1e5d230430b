/// \file
/// Realistic webhooks of every carrier, proved as the carrier proves them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/http.h"
#include "simulate/carrier_channel.h"

namespace host {

/// What there is to simulate.
struct CaseInfo {
  std::string_view carrier = {};  ///< the adapter's name
  std::string_view name = {};
  std::string_view title = {};
  std::string_view description = {};
  std::string_view events = {};  ///< the kinds that come of it: `message status`; may be empty
  int requests = 1;
  std::string_view needs = {};  ///< a secret without which a channel does not take it
};
/// All cases, by carrier and in the order in which they are shown. Lifetime: the program's.
[[nodiscard]] const std::vector<CaseInfo>& AllCases();

struct SimulatedRequest {
  /// `target`, headers and body as the carrier sends them; `external_url` is the URL that it calls,
  /// which the gateway believes where it is left in place.
  omni::WebhookRequest request = {};
  int expected_status = 200;       ///< a success stands for any
  std::string expected_body = {};  ///< empty: any

  /// Whether the carrier is content with that answer.
  [[nodiscard]] bool IsAcceptedBy(const omni::HttpResponse& answer) const;
};

struct BuildCaseParams {
  const CarrierChannel& channel;
  std::string_view name = {};  ///< the case's
  /// Fields to set, by path (`entry.0.id`), by the end of a path that only one field has
  /// (`text.body`), or by one of the names that every case knows: `from`, `to`, `text`, `id`.
  std::vector<std::pair<std::string, std::string>> set = {};
  std::string_view base_url = {};  ///< what the carrier calls where the channel has no publicUrl
  absl::Time now = absl::InfinitePast();
  std::uint64_t seed = 0;  ///< ids are the same for the same seed, and differ for others
};
/// The requests of a case, in the order in which the carrier makes them.
///
/// Errors: NotFound for a case that there is not, with the nearest one; InvalidArgument for a field
/// that the case has not, or a value that it cannot take; FailedPrecondition when the channel lacks
/// the secret that proves it.
[[nodiscard]] absl::StatusOr<std::vector<SimulatedRequest>> BuildCase(
    const BuildCaseParams& params);

}  // namespace host

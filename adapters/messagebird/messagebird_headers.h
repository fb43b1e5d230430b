/// \file
/// What the verification of every scheme needs.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/adapter.h"

namespace omni::inline v0_1 {
namespace messagebird {

/// Adds a step when somebody listens.
void Explain(const ChannelAdapter::VerifyParams& params, std::string_view step, bool passed,
             std::string_view detail);

/// The value of a header that must be there exactly once: of two, somebody might check the one and
/// believe the other. Lifetime: the request's.
///
/// Errors: Unauthenticated with the reason `signature_missing` or `signature_repeated`.
[[nodiscard]] absl::StatusOr<std::string_view> OnlyHeader(
    const ChannelAdapter::VerifyParams& params, std::string_view name);

/// A header with a signed timestamp.
///
/// Lifetime: the request's.
struct Timestamp {
  std::string_view text = {};  ///< what was signed
  absl::Time time = absl::InfinitePast();
};

/// Errors: Unauthenticated with the reason `timestamp_missing`, `timestamp_malformed` or
/// `signature_repeated`.
[[nodiscard]] absl::StatusOr<Timestamp> ReadTimestamp(const ChannelAdapter::VerifyParams& params,
                                                      std::string_view header);

/// How far a timestamp may be from now.
struct Window {
  absl::Duration past = absl::ZeroDuration();
  absl::Duration future = absl::ZeroDuration();
};

/// To be asked after the signature holds, so that an old redelivery is not taken for a wrong key.
///
/// Errors: Unauthenticated with the reason `timestamp_out_of_window`.
[[nodiscard]] absl::Status CheckWindow(const ChannelAdapter::VerifyParams& params,
                                       const Timestamp& timestamp, const Window& window);

}  // namespace messagebird
}  // namespace omni::inline v0_1

/// \file
/// The conformance kit: holds an adapter to what omni promises of adapters.
///
/// From genuine requests, which a vector file describes, the kit makes thousands of others: forged,
/// cut, flipped, repeated, reordered, re-encoded, flooded. It checks the verdicts, the events, what
/// leaks, and that nothing is remembered or lost. docs/conformance.md is the guide: the format of
/// the file, and every check with the mistake that it finds.
///
/// \code
/// TEST(PigeonConformance, HoldsToEveryCheck) {
///   const auto factory = registry.Find("pigeon");
///   RunAdapterConformance(**factory, {.vectors = "conformance.json"});
/// }
/// \endcode
#pragma once

#include <cstddef>
#include <functional>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "omni/adapter_registry.h"
#include "omni/http.h"

namespace omni::inline v0_1 {
namespace testing {

/// A request that is to be signed as the carrier would sign it.
struct SignParams {
  std::string_view vector = {};  ///< the name of the vector that it was made from
  std::string_view secret = {};  ///< to sign with
  absl::Time time = absl::InfinitePast();
  /// Gets the proof: a header (instead of one that it has), or a parameter of `target` and
  /// `external_url`, which are kept in step by who changes them.
  WebhookRequest& request;
};

/// Signs a request. Pure. Needed only for schemes that a vector file cannot describe: those whose
/// vectors have no `text`.
using SignFunction = std::function<void(const SignParams& params)>;

/// A check that an adapter is not held to, and why. One that would not have found anything is
/// itself a finding, so that waivers do not outlive their reason.
struct ConformanceWaiver {
  std::string check = {};   ///< `events.address`
  std::string vector = {};  ///< empty: any
  std::string reason = {};
};

/// What an adapter is examined with.
struct ConformanceSuite {
  std::string vectors = {};  ///< path of the vector file
  SignFunction sign = {};
  std::vector<ConformanceWaiver> waivers = {};
};

/// Something that an adapter, or its vector file, got wrong.
struct ConformanceFinding {
  std::string check = {};   ///< stable: `forgery.unsigned`
  std::string vector = {};  ///< empty: the adapter as such
  std::string detail = {};
  friend bool operator==(const ConformanceFinding&, const ConformanceFinding&) = default;
};

std::ostream& operator<<(std::ostream& out, const ConformanceFinding& finding);

struct ConformanceReport {
  std::vector<ConformanceFinding> findings = {};
  /// How often each check compared something. A check that is not here had nothing to work on: the
  /// vectors do not tell where an adapter's batches are, for example.
  std::vector<std::pair<std::string, std::size_t>> exercised = {};
};

/// Examines an adapter and tells all that was found. Of one check and one vector, only the first
/// few findings are told.
[[nodiscard]] ConformanceReport CheckAdapter(const AdapterFactory& factory,
                                             const ConformanceSuite& suite);

/// Examines an adapter within a GoogleTest test, which every finding fails.
void RunAdapterConformance(const AdapterFactory& factory, const ConformanceSuite& suite);

/// A check, as the guide lists it.
struct ConformanceCheck {
  std::string_view name;
  std::string_view about;  ///< what holds of an adapter that passes
};

/// Every check there is, by group.
[[nodiscard]] std::span<const ConformanceCheck> ConformanceChecks();

}  // namespace testing
}  // namespace omni::inline v0_1

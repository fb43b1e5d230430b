/// \file
/// What the gateway did, counted.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/mutex.h"
#include "omni/ports/observer.h"
#include "omni/ports/queue_browser.h"
#include "ops/latency.h"
#include "server/http_server.h"

namespace host {

/// What is measured at the time of asking.
struct Gauges {
  ServerStats server = {};
  bool ready = false;
  std::vector<omni::QueueDepth> queues = {};
  std::optional<std::size_t> spool_depth = {};  ///< nothing: there is no spool
};

/// The stages that are timed, by the names in `stage`.
inline constexpr std::array<std::string_view, 4> kStages = {"verify", "normalize", "claim",
                                                            "commit"};

/// Of one carrier, or of all together, since the start.
struct Totals {
  std::uint64_t requests = 0;
  std::uint64_t ok = 0;
  std::uint64_t rejected = 0;
  std::uint64_t refused = 0;
  std::uint64_t limited = 0;
  std::uint64_t failed = 0;
  std::uint64_t events = 0;  ///< accepted ones
  std::uint64_t duplicates = 0;
  std::uint64_t ignored = 0;
  Latency latency = {};
  std::array<Latency, kStages.size()> stages = {};  ///< of those that were finished
};

/// Counts by carrier, outcome and reason. All of these are words of the program's own, and what is
/// beyond kMaxSeries is counted as `other`, so that no stranger can make the counters grow.
///
/// Thread safety: thread-safe.
class Metrics final : public omni::Observer {
 public:
  static constexpr std::size_t kMaxSeries = 256;
  static constexpr std::size_t kMaxCarriers = 32;
  static constexpr std::size_t kMaxQueues = 1'000;

  void OnRequest(const omni::RequestReport& report) override;
  void OnWarning(std::string_view reason, std::string_view message) override;

  /// All carriers together.
  [[nodiscard]] Totals All() const;
  /// Carrier by carrier, by name. What reached no carrier's endpoint is under an empty name.
  [[nodiscard]] std::vector<std::pair<std::string, Totals>> ByCarrier() const;

  /// The text that Prometheus reads.
  [[nodiscard]] std::string Expose(const Gauges& gauges) const;

 private:
  template <class Word>
  using Words = std::array<Word, 3>;  ///< carrier, outcome, reason
  /// So that a series is found without strings being made of its words.
  struct ByWords {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const Words<A>& a, const Words<B>& b) const {
      return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
    }
  };
  using Series = std::map<Words<std::string>, std::uint64_t, ByWords>;
  struct Counters {
    Series requests = {};
    Series warnings = {};
    std::map<std::string, Totals, std::less<>> carriers = {};
  };

  static void Count(const Words<std::string_view>& words, Series& series);
  static std::string ExposeText(const Counters& counters, const Gauges& gauges);

  mutable Mutex mutex_;
  Counters counters_ HOST_GUARDED_BY(mutex_);
};

}  // namespace host

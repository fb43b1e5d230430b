/// \file
/// The last minutes, second by second, for charts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "omni/json.h"
#include "ops/metrics.h"

namespace host {

/// One second.
struct HistoryPoint {
  absl::Time time = absl::InfinitePast();
  std::uint64_t requests = 0;
  std::uint64_t rejected = 0;
  std::uint64_t failed = 0;
  std::uint64_t events = 0;
  double p50 = 0;  ///< of the requests' durations, in seconds
  double p99 = 0;
};

/// Turns counters that only grow into points.
///
/// Thread safety: confined.
class History {
 public:
  static constexpr std::size_t kMaxPoints = 300;

  /// What happened since the last call.
  const HistoryPoint& Add(const Totals& totals, absl::Time now);
  [[nodiscard]] const std::deque<HistoryPoint>& points() const { return points_; }

 private:
  Totals last_;
  std::deque<HistoryPoint> points_;
};

void WriteJson(const HistoryPoint& point, omni::JsonWriter& out);

}  // namespace host

/// \file
/// How long requests took, in buckets.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace host {

/// Counts by duration, from 50 µs to 10 s. Two of them subtract, so that a difference in time is a
/// histogram again.
///
/// Thread safety: thread-compatible.
class Latency {
 public:
  /// Upper ends in seconds; one bucket more has the rest.
  static constexpr std::array<double, 17> kBounds = {
      0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
      0.05,    0.1,    0.25,    0.5,    1,     2.5,    5,     10};

  void Add(absl::Duration duration) {
    const std::int64_t nanoseconds = std::max<std::int64_t>(0, absl::ToInt64Nanoseconds(duration));
    const auto bucket = std::lower_bound(kNanoseconds.begin(), kNanoseconds.end(), nanoseconds);
    ++counts_[static_cast<std::size_t>(bucket - kNanoseconds.begin())];
    ++count_;
    sum_ += static_cast<double>(nanoseconds) * 1e-9;
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] double sum() const { return sum_; }
  [[nodiscard]] std::uint64_t bucket(std::size_t index) const { return counts_[index]; }

  [[nodiscard]] Latency Plus(const Latency& other) const {
    Latency sum = *this;
    for (std::size_t i = 0; i < counts_.size(); ++i) sum.counts_[i] += other.counts_[i];
    sum.count_ += other.count_;
    sum.sum_ += other.sum_;
    return sum;
  }
  [[nodiscard]] Latency Since(const Latency& earlier) const {
    Latency difference;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      difference.counts_[i] = counts_[i] - earlier.counts_[i];
    }
    difference.count_ = count_ - earlier.count_;
    difference.sum_ = sum_ - earlier.sum_;
    return difference;
  }

  /// Below which that share of the durations lies, in seconds, as if they were spread evenly over
  /// their bucket; 0 when there are none.
  [[nodiscard]] double Quantile(double share) const {
    if (count_ == 0) return 0;
    const double rank = share * static_cast<double>(count_);
    double below = 0;
    for (std::size_t i = 0; i < kBounds.size(); ++i) {
      const auto here = static_cast<double>(counts_[i]);
      if (here > 0 && below + here >= rank) {
        const double from = i == 0 ? 0 : kBounds[i - 1];
        return from + (kBounds[i] - from) * (rank - below) / here;
      }
      below += here;
    }
    return kBounds.back();
  }

 private:
  // The same ends: every request adds a handful of durations, and dividing each took longer than
  // the rest of it.
  static constexpr std::array<std::int64_t, kBounds.size()> kNanoseconds = [] {
    std::array<std::int64_t, kBounds.size()> ends = {};
    for (std::size_t i = 0; i < ends.size(); ++i) {
      ends[i] = static_cast<std::int64_t>(kBounds[i] * 1e9 + 0.5);
    }
    return ends;
  }();

  std::array<std::uint64_t, kBounds.size() + 1> counts_ = {};
  std::uint64_t count_ = 0;
  double sum_ = 0;
};

}  // namespace host

/// \file
/// How many requests each tenant has had this month.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/mutex.h"

namespace host {

/// Kept in a file beside the queue, where there is one. What was counted since the last Save is
/// forgotten when the process is killed: a tenant is then given a little more, never less.
///
/// Thread safety: thread-safe.
class QuotaBook {
 public:
  /// `file`: empty for none. One that cannot be read is taken for an empty book.
  explicit QuotaBook(std::string file);

  /// Counts a request and gives zero; when the quota is used up, counts nothing and gives how long
  /// it is until the next month.
  [[nodiscard]] absl::Duration Take(std::string_view tenant, std::int64_t quota, absl::Time now);

  /// Writes the book, if anything was counted. Errors: Unavailable.
  absl::Status Save();

 private:
  void Load();

  const std::string file_;
  Mutex mutex_;
  std::string month_ HOST_GUARDED_BY(mutex_);  ///< `2026-11`
  absl::Time month_end_ HOST_GUARDED_BY(mutex_) = absl::InfinitePast();
  std::map<std::string, std::int64_t, std::less<>> counts_ HOST_GUARDED_BY(mutex_);
  bool changed_ HOST_GUARDED_BY(mutex_) = false;
};

}  // namespace host

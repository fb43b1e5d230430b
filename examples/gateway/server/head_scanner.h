// Finds the end of a request's head, and refuses heads that two servers may read differently.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "refusal.h"

namespace host::internal {

struct HeadLimits {
  std::size_t max_target_bytes = 0;
  std::size_t max_header_bytes = 0;
  std::size_t max_headers = 0;
};

/// Goes over each byte once, however often it is called with more of the same head.
///
/// Beast's parser takes folded fields and counts its limit anew for every line that it has
/// consumed; so it is shown whole heads only, and only those that passed here.
///
/// Thread safety: confined.
class HeadScanner {
 public:
  explicit HeadScanner(HeadLimits limits) : limits_(limits) {}

  enum class Result { kMore, kWhole, kRefused };
  /// `bytes`: all of the head that is known.
  Result Scan(std::string_view bytes);

  [[nodiscard]] std::size_t head_size() const { return line_start_; }
  [[nodiscard]] const Refusal& refusal() const { return refusal_; }
  void Reset() { *this = HeadScanner(limits_); }

 private:
  Result Refuse(const Refusal& refusal) {
    refusal_ = refusal;
    return Result::kRefused;
  }
  [[nodiscard]] bool IsTooLong(std::size_t size) const;
  Result RefuseLength();

  HeadLimits limits_;
  std::size_t line_start_ = 0;
  std::size_t scanned_ = 0;
  std::size_t request_line_ = 0;  ///< its size with CRLF; 0: not seen whole
  std::size_t fields_ = 0;
  Refusal refusal_ = {};
};

}  // namespace host::internal

#include "head_scanner.h"

namespace host::internal {
namespace {

// For the method, the version, two spaces and the line's end.
constexpr std::size_t kAroundTarget = 48;

}  // namespace

HeadScanner::Result HeadScanner::Scan(std::string_view bytes) {
  while (true) {
    const std::size_t end = bytes.find('\n', scanned_);
    if (end == bytes.npos) {
      scanned_ = bytes.size();
      return IsTooLong(bytes.size()) ? RefuseLength() : Result::kMore;
    }
    if (IsTooLong(end + 1)) return RefuseLength();
    if (end == line_start_ || bytes[end - 1] != '\r') {
      return Refuse(Malformed("a line of the head does not end in CR LF"));
    }
    const bool is_empty = end == line_start_ + 1;
    const char first = bytes[line_start_];
    line_start_ = scanned_ = end + 1;
    if (request_line_ == 0) {
      request_line_ = line_start_;
      if (is_empty) return Refuse(Malformed("there is no request line"));
    } else if (is_empty) {
      return Result::kWhole;
    } else if (first == ' ' || first == '\t') {
      return Refuse(Malformed("a header field is folded"));
    } else if (++fields_ > limits_.max_headers) {
      return Refuse(kHeadersTooLarge);
    }
  }
}

bool HeadScanner::IsTooLong(std::size_t size) const {
  if (request_line_ == 0) return size > limits_.max_target_bytes + kAroundTarget;
  return size - request_line_ > limits_.max_header_bytes;
}

HeadScanner::Result HeadScanner::RefuseLength() {
  return Refuse(request_line_ == 0 ? kTargetTooLong : kHeadersTooLarge);
}

}  // namespace host::internal

/// \file
/// W3C trace context: what a `traceparent` header says.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

#include "omni/ports/observer.h"

namespace host {

inline constexpr std::string_view kTraceParent = "traceparent";

/// Views into the header.
struct TraceContext {
  std::string_view trace_id = {};  ///< 32 hexadecimal digits
  std::string_view span_id = {};   ///< 16: the caller's
};

/// `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`; nothing when it is not of that form.
[[nodiscard]] constexpr std::optional<TraceContext> ParseTraceParent(std::string_view header) {
  constexpr std::size_t kLength = 55;
  const auto is_hex = [](std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  };
  const auto is_zero = [](std::string_view text) {
    return text.find_first_not_of('0') == text.npos;
  };
  if (header.size() < kLength || header[2] != '-' || header[35] != '-' || header[52] != '-') {
    return std::nullopt;
  }
  const TraceContext context{.trace_id = header.substr(3, 32), .span_id = header.substr(36, 16)};
  const std::string_view version = header.substr(0, 2);
  if (!is_hex(version) || version == "ff" || !is_hex(context.trace_id) ||
      !is_hex(context.span_id) || is_zero(context.trace_id) || is_zero(context.span_id)) {
    return std::nullopt;
  }
  return context;
}

/// The `traceparent` of a reported request; empty when it had none.
[[nodiscard]] inline std::string_view CarriedTraceParent(const omni::RequestReport& report) {
  for (const auto& [name, value] : report.carried) {
    if (name == kTraceParent) return value;
  }
  return {};
}

}  // namespace host

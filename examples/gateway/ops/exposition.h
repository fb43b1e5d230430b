/// \file
/// Prometheus' text format, version 0.0.4.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "ops/latency.h"

namespace host {

inline constexpr std::string_view kExpositionType = "text/plain; version=0.0.4; charset=utf-8";

using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// Writes families one after another; the samples of a family follow its head.
///
/// Thread safety: confined.
class Exposition {
 public:
  /// `type` is `counter`, `gauge` or `histogram`.
  void Family(std::string_view name, std::string_view type, std::string_view help);
  void Sample(Labels labels, double value);
  void Histogram(Labels labels, const Latency& latency);

  [[nodiscard]] std::string Take() && { return std::move(text_); }

 private:
  void Line(std::string_view suffix, Labels labels, std::string_view bound, double value);

  std::string text_;
  std::string name_;
};

}  // namespace host

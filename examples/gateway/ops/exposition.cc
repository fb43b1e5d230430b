#include "ops/exposition.h"

#include <array>
#include <charconv>

namespace host {
namespace {

std::string Number(double value) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

void AppendEscaped(std::string_view value, std::string& out) {
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
    } else {
      if (c == '\\' || c == '"') out += '\\';
      out += c;
    }
  }
}

}  // namespace

void Exposition::Family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_.append("# HELP ").append(name).append(" ").append(help).append("\n");
  text_.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

void Exposition::Sample(Labels labels, double value) { Line("", labels, "", value); }

void Exposition::Histogram(Labels labels, const Latency& latency) {
  double below = 0;
  for (std::size_t i = 0; i < Latency::kBounds.size(); ++i) {
    below += static_cast<double>(latency.bucket(i));
    Line("_bucket", labels, Number(Latency::kBounds[i]), below);
  }
  const auto count = static_cast<double>(latency.count());
  Line("_bucket", labels, "+Inf", count);
  Line("_sum", labels, "", latency.sum());
  Line("_count", labels, "", count);
}

void Exposition::Line(std::string_view suffix, Labels labels, std::string_view bound,
                      double value) {
  text_.append(name_).append(suffix);
  char before = '{';
  const auto label = [&](std::string_view name, std::string_view content) {
    text_ += before;
    before = ',';
    text_.append(name).append("=\"");
    AppendEscaped(content, text_);
    text_ += '"';
  };
  for (const auto& [name, content] : labels) label(name, content);
  if (!bound.empty()) label("le", bound);
  if (before == ',') text_ += '}';
  text_.append(" ").append(Number(value)).append("\n");
}

}  // namespace host

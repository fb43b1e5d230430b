#include "simulate/values.h"

#include <algorithm>

#include "absl/status/status.h"
#include "omni/json.h"

namespace host {
namespace {

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";
constexpr std::string_view kDigitsOnly = "|digits";

std::string DigitsOf(const std::string& text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
               [](char c) { return c >= '0' && c <= '9'; });
  return digits.empty() ? text : digits;
}

std::string JsonContent(std::string_view text) {
  std::string literal;
  omni::JsonWriter(literal).String(text);
  return literal.substr(1, literal.size() - 2);
}

}  // namespace

void Values::Set(std::string_view name, std::string value) {
  for (auto& [known, old] : entries_) {
    if (known == name) {
      old = std::move(value);
      return;
    }
  }
  entries_.emplace_back(name, std::move(value));
}

const std::string* Values::Find(std::string_view name) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  return found == entries_.end() ? nullptr : &found->second;
}

absl::StatusOr<std::string> Fill(std::string_view text, const Values& values, Quoting quoting) {
  std::string filled;
  for (std::size_t at = 0; (at = text.find(kOpen)) != text.npos;) {
    filled.append(text.substr(0, at));
    text.remove_prefix(at + kOpen.size());
    std::string_view name = text.substr(0, text.find(kClose));
    text.remove_prefix(std::min(text.size(), name.size() + kClose.size()));
    const bool digits = name.ends_with(kDigitsOnly);
    if (digits) name.remove_suffix(kDigitsOnly.size());
    const std::string* const value = values.Find(name);
    if (value == nullptr) {
      return absl::InternalError("a template names the unknown value " + std::string(name));
    }
    const std::string written = digits ? DigitsOf(*value) : *value;
    filled.append(quoting == Quoting::kJson ? JsonContent(written) : written);
  }
  return filled.append(text);
}

bool Mentions(std::string_view text, std::string_view name) {
  const std::string opened = std::string(kOpen).append(name);
  for (std::size_t at = 0; (at = text.find(opened, at)) != text.npos; at += opened.size()) {
    const std::string_view rest = text.substr(at + opened.size());
    if (rest.starts_with(kClose) || rest.starts_with('|')) return true;
  }
  return false;
}

}  // namespace host

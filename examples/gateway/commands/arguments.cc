#include "commands/arguments.h"

#include <algorithm>
#include <iostream>
#include <utility>

#include "omni/support/config.h"

namespace host {
namespace {

bool IsIn(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string UnknownOption(std::string_view name, const ArgumentSpec& spec) {
  std::vector<std::string> known(spec.flags.begin(), spec.flags.end());
  known.insert(known.end(), spec.values.begin(), spec.values.end());
  std::string message = "unknown option " + std::string(name);
  const auto nearest = omni::DidYouMean(name, known);
  return nearest ? message + "; did you mean " + *nearest + "?" : message;
}

}  // namespace

std::optional<Arguments> Arguments::Parse(std::span<char* const> arguments,
                                          const ArgumentSpec& spec) {
  Arguments parsed;
  const auto refuse = [](const std::string& message) {
    std::cerr << "omni: " << message << '\n';
    return std::nullopt;
  };
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (!argument.starts_with("--")) {
      if (parsed.positional_.size() == spec.max_positional) {
        return refuse("unexpected argument " + std::string(argument));
      }
      parsed.positional_.emplace_back(argument);
      continue;
    }
    const std::size_t equals = std::min(argument.find('='), argument.size());
    const std::string name(argument.substr(0, equals));
    const bool has_value = equals < argument.size();
    if (IsIn(spec.flags, name)) {
      if (has_value) return refuse(name + " takes no value");
      parsed.given_.emplace_back(name, "");
    } else if (!IsIn(spec.values, name)) {
      return refuse(UnknownOption(name, spec));
    } else if (has_value) {
      parsed.given_.emplace_back(name, argument.substr(equals + 1));
    } else if (++i < arguments.size()) {
      parsed.given_.emplace_back(name, arguments[i]);
    } else {
      return refuse(name + " needs a value");
    }
  }
  return parsed;
}

bool Arguments::Has(std::string_view flag) const { return Value(flag).has_value(); }

std::optional<std::string> Arguments::Value(std::string_view name) const {
  std::optional<std::string> value;
  for (const auto& [given, text] : given_) {
    if (given == name) value = text;
  }
  return value;
}

std::vector<std::string> Arguments::Values(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [given, text] : given_) {
    if (given == name) values.push_back(text);
  }
  return values;
}

}  // namespace host

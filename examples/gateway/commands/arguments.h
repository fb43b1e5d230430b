/// \file
/// The arguments of a subcommand.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace host {

/// What a subcommand takes.
struct ArgumentSpec {
  std::vector<std::string_view> flags = {};   ///< `--json`
  std::vector<std::string_view> values = {};  ///< `--config FILE`, `--config=FILE`
  std::size_t max_positional = 0;
};

/// Arguments, sorted out.
///
/// Thread safety: thread-compatible.
class Arguments {
 public:
  /// Says on the standard error stream what is wrong, and then gives nothing.
  [[nodiscard]] static std::optional<Arguments> Parse(std::span<char* const> arguments,
                                                      const ArgumentSpec& spec);

  [[nodiscard]] bool Has(std::string_view flag) const;
  /// The last value given; nothing when it was not.
  [[nodiscard]] std::optional<std::string> Value(std::string_view name) const;
  /// Every value given under that name, in their order.
  [[nodiscard]] std::vector<std::string> Values(std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& positional() const { return positional_; }

 private:
  std::vector<std::pair<std::string, std::string>> given_;
  std::vector<std::string> positional_;
};

}  // namespace host

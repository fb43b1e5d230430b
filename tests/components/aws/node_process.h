/// \file
/// A script of tests/oracle that runs beside the test, and ends with it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "omni/json.h"

namespace omni::aws_test {

/// Thread safety: confined.
class NodeProcess {
 public:
  /// `node tests/oracle/<script> <arguments>`
  NodeProcess(const std::string& script, const std::vector<std::string>& arguments);
  /// Closes the script's input, at which it ends.
  ~NodeProcess();
  NodeProcess(const NodeProcess&) = delete;
  NodeProcess& operator=(const NodeProcess&) = delete;

  void WriteLine(std::string_view line) const;
  /// The next line of its output; empty when none comes within half a minute.
  [[nodiscard]] std::string ReadLine();

 private:
  int pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::string unread_;
};

/// AWS's SDK for JavaScript.
///
/// Thread safety: confined.
class Sdk {
 public:
  explicit Sdk(const std::string& endpoint) : process_("sqs_sdk.mjs", {endpoint}) {}

  /// The output of a command, as JSON.
  [[nodiscard]] JsonDocument Run(const std::string& command, const std::string& input);

 private:
  NodeProcess process_;
};

}  // namespace omni::aws_test

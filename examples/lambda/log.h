/// \file
/// One line of JSON a request, on standard error: Lambda brings it to CloudWatch.
#pragma once

#include <string_view>

#include "omni/ports/observer.h"

namespace lambda {

/// Thread safety: thread-safe.
class Log : public omni::Observer {
 public:
  void OnRequest(const omni::RequestReport& report) override;
  void OnWarning(std::string_view reason, std::string_view message) override;
};

/// A line for what concerns no request.
void LogProblem(std::string_view reason, std::string_view message);

}  // namespace lambda

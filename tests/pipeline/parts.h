/// \file
/// Webhooks with parts of longer messages, and what became of them.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "pipeline/harness.h"

namespace omni::inline v0_1 {
namespace testing {

/// One part as the carrier of the tests tells it.
struct Part {
  int number = 1;
  int total = 3;
  std::string text = {};  ///< inside a JSON string, so it may hold escapes; default `{number}`
  std::string id = {};    ///< default `p{number}`
  std::string reference = "201";
  int bits = 8;
  std::string from = "+15550001111";
  std::string account = "AC1";
  std::string more = {};  ///< further members: `,"media":["u"]`
};

/// The JSON of an event.
[[nodiscard]] std::string PartJson(const Part& part);
/// A body with these parts.
[[nodiscard]] std::string PartsBody(const std::vector<Part>& parts);
/// As PartsBody, for one.
[[nodiscard]] std::string PartBody(const Part& part);

/// The texts that reached the queue; of a part that was not joined, `text (2/3)`.
[[nodiscard]] std::vector<std::string> Texts(const Harness& harness);

/// What a sweep is to say.
MATCHER_P(Delivers, groups, "delivers " + ::testing::PrintToString(groups)) {
  if (!arg.ok()) *result_listener << arg.status().ToString();
  return arg.ok() && *arg == static_cast<std::size_t>(groups);
}

}  // namespace testing
}  // namespace omni::inline v0_1

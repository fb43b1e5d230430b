/// \file
/// gMock matchers for absl::Status and absl::StatusOr.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace omni::inline v0_1 {
namespace testing {
namespace internal {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <class T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

}  // namespace internal

/// Matches OK.
MATCHER(IsOk, "is OK") {
  *result_listener << internal::StatusOf(arg).ToString();
  return internal::StatusOf(arg).ok();
}

/// Matches a status with that code and a message that matches.
MATCHER_P2(StatusIs, code, message, "") {
  const absl::Status& status = internal::StatusOf(arg);
  *result_listener << status.ToString();
  return status.code() == code &&
         ::testing::ExplainMatchResult(message, std::string(status.message()), result_listener);
}

/// Unwraps a StatusOr in a test, or stops it.
#define OMNI_ASSERT_OK_AND_ASSIGN(declaration, expression) \
  OMNI_ASSERT_OK_AND_ASSIGN_IMPL(OMNI_CONCAT(omni_result_, __LINE__), declaration, expression)
#define OMNI_ASSERT_OK_AND_ASSIGN_IMPL(result, declaration, expression) \
  auto result = (expression);                                           \
  ASSERT_THAT(result, ::omni::testing::IsOk());                         \
  declaration = *std::move(result)
#define OMNI_CONCAT(a, b) OMNI_CONCAT_IMPL(a, b)
#define OMNI_CONCAT_IMPL(a, b) a##b

}  // namespace testing
}  // namespace omni::inline v0_1

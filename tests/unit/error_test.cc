#include "omni/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace omni {
namespace {

TEST(ErrorTest, ADetailSurvivesTheStatus) {
  const absl::Status status = MakeError(absl::StatusCode::kUnavailable, "queue is down",
                                        {.reason = "sink_refused",
                                         .code = "QUEUE_UNAVAILABLE",
                                         .field = "events[3]",
                                         .blame = Blame::kDependency,
                                         .retryable = true,
                                         .http_status = 503,
                                         .retry_after = absl::Milliseconds(1500)});
  const ErrorDetail detail = GetErrorDetail(absl::Status(status));
  EXPECT_EQ(detail.reason, "sink_refused");
  EXPECT_EQ(detail.code, "QUEUE_UNAVAILABLE");
  EXPECT_EQ(detail.field, "events[3]");
  EXPECT_EQ(detail.blame, Blame::kDependency);
  EXPECT_TRUE(detail.retryable);
  EXPECT_EQ(detail.http_status, 503);
  EXPECT_EQ(detail.retry_after, absl::Milliseconds(1500));
  EXPECT_EQ(std::string(status.message()), "queue is down");
}

TEST(ErrorTest, AFieldCannotForgeTheNextOne) {
  const ErrorDetail detail = GetErrorDetail(MakeError(absl::StatusCode::kInvalidArgument, "m",
                                                      {.reason = "a\x1f"
                                                                 "b",
                                                       .code = "C"}));
  EXPECT_EQ(detail.reason, "a b");
  EXPECT_EQ(detail.code, "C");
}

struct Row {
  absl::Status status;
  int http_status;
  const char* code;
  bool retryable;
  Blame blame;
};

TEST(ErrorTest, APlainStatusMapsAsTheContractSays) {
  const Row rows[] = {
      {absl::UnauthenticatedError(""), 401, "UNAUTHORIZED", false, Blame::kSender},
      {absl::PermissionDeniedError(""), 403, "FORBIDDEN", false, Blame::kSender},
      {absl::InvalidArgumentError(""), 400, "INVALID_PAYLOAD", false, Blame::kSender},
      {absl::NotFoundError(""), 404, "NOT_FOUND", false, Blame::kSender},
      {absl::ResourceExhaustedError(""), 429, "RATE_LIMITED", true, Blame::kSender},
      {absl::UnavailableError(""), 503, "QUEUE_UNAVAILABLE", true, Blame::kDependency},
      {absl::DeadlineExceededError(""), 503, "QUEUE_UNAVAILABLE", true, Blame::kDependency},
      {absl::AbortedError(""), 503, "QUEUE_UNAVAILABLE", true, Blame::kDependency},
      {absl::InternalError(""), 500, "INTERNAL", false, Blame::kLibrary},
      {absl::UnknownError(""), 500, "INTERNAL", false, Blame::kLibrary},
      {absl::CancelledError(""), 500, "INTERNAL", false, Blame::kLibrary},
  };
  for (const Row& row : rows) {
    const ErrorDetail detail = GetErrorDetail(row.status);
    EXPECT_EQ(detail.http_status, row.http_status) << row.status;
    EXPECT_EQ(HttpStatusFor(row.status), row.http_status) << row.status;
    EXPECT_EQ(detail.code, row.code) << row.status;
    EXPECT_EQ(detail.retryable, row.retryable) << row.status;
    EXPECT_EQ(detail.blame, row.blame) << row.status;
    EXPECT_FALSE(detail.reason.empty()) << row.status;
  }
  EXPECT_EQ(HttpStatusFor(absl::OkStatus()), 200);
}

TEST(ErrorTest, AnErrorWithAnAnswerOfItsOwnSaysItselfWhetherToRetry) {
  EXPECT_FALSE(GetErrorDetail(MakeError(absl::StatusCode::kResourceExhausted, "too large",
                                        {.http_status = 413}))
                   .retryable);
  EXPECT_TRUE(GetErrorDetail(MakeError(absl::StatusCode::kUnavailable, "later", {.reason = "busy"}))
                  .retryable);
}

TEST(ErrorTest, AMissingFieldNamesItsPath) {
  const absl::Status status = MissingFieldError("message.id");
  EXPECT_EQ(GetErrorDetail(status).code, "MISSING_FIELD");
  EXPECT_EQ(GetErrorDetail(status).field, "message.id");
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("message.id"));
}

}  // namespace
}  // namespace omni

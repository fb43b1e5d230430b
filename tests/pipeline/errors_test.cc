/// \file
/// Every refusal, to the byte, and the order in which they come.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "omni/testing/status_matchers.h"
#include "pipeline/harness.h"

namespace omni::inline v0_1 {
namespace testing {
namespace {

using ::testing::IsEmpty;

struct Row {
  const char* name;
  std::function<void(Harness&)> arrange;
  std::function<void(WebhookRequest&)> spoil;
  int status;
  std::string_view error;
  std::string_view code;
  std::string_view reason;
  std::pair<std::string_view, std::string_view> header = {};
  Blame blame = Blame::kSender;
};

void Nothing(Harness&) {}

std::function<void(WebhookRequest&)> Body(std::string_view body) {
  return [body](WebhookRequest& request) { request.body = body; };
}

std::function<void(WebhookRequest&)> Fault() {
  return [](WebhookRequest& request) { request.headers.Add("X-Fault", "verify"); };
}

void RefuseStrangers(Harness& harness) { harness.AddChannel().allow_from = {"198.51.100.0/24"}; }
void FailTheStore(Harness& harness) {
  harness.store =
      std::make_shared<FailingIdempotencyStore>(harness.store, std::make_shared<FailNth>(1));
}
void FailTheSink(Harness& harness) {
  harness.sink->SetDecision([](const Envelope&) { return absl::InternalError("disk full"); });
}
void FailFollowUps(Harness& harness) {
  harness.http->SetAnswer([](const HttpRequest&) { return HttpResponse::Empty(302); });
}
void TakeTheHttpClientAway(Harness& harness) { harness.http = nullptr; }
void AllowOneEvent(Harness& harness) { harness.options.max_events_per_request = 1; }
void Challenge(Harness& harness) { harness.AddChannel({.challenges = true}); }

constexpr std::string_view kFollowUpBody =
    R"({"events":[{"id":"m1"}],"followUps":["https://carrier.example/confirm"]})";

const std::vector<Row>& Rows() {
  static const auto& rows = *new std::vector<Row>{
      {"Body", Nothing, [](auto& r) { r.body = std::string((4u << 20) + 1, 'x'); }, 413,
       "the request body is too large", "PAYLOAD_TOO_LARGE", "body_too_large"},
      {"Target", Nothing, [](auto& r) { r.target += std::string(16u << 10, 'x'); }, 414,
       "the request target is too long", "URI_TOO_LONG", "target_too_long"},
      {"HeaderCount", Nothing,
       [](auto& r) {
         for (int i = 0; i < 100; ++i) r.headers.Add("X", "y");
       },
       431, "the request headers are too large", "HEADERS_TOO_LARGE", "headers_too_large"},
      {"HeaderBytes", Nothing, [](auto& r) { r.headers.Add("X", std::string(32u << 10, 'y')); },
       431, "the request headers are too large", "HEADERS_TOO_LARGE", "headers_too_large"},
      {"Endpoint", Nothing, [](auto& r) { r.target = "/nowhere"; }, 404,
       "there is no endpoint at this path", "NOT_FOUND", "no_endpoint"},
      {"Method",
       Nothing,
       [](auto& r) { r.method = HttpMethod::kPut; },
       405,
       "this endpoint does not take that method",
       "METHOD_NOT_ALLOWED",
       "method_not_allowed",
       {"Allow", "GET, POST, OPTIONS"}},
      {"Origin", RefuseStrangers, [](auto&) {}, 403, "requests from this address are not allowed",
       "FORBIDDEN", "origin_not_allowed"},
      {"NoSignature", Nothing, [](auto& r) { r.headers = {}; }, 401, "the token is missing",
       "INVALID_SIGNATURE", "signature_missing"},
      {"WrongSignature", Nothing, [](auto& r) { r.headers.Set("X-Token", "guess"); }, 401,
       "the token does not match", "INVALID_SIGNATURE", "signature_mismatch"},
      {"Challenge",
       Challenge,
       [](auto& r) { r.headers = {}; },
       401,
       "the token is missing",
       "INVALID_SIGNATURE",
       "signature_missing",
       {"WWW-Authenticate", "Token"}},
      {"VerifyFault",
       Nothing,
       Fault(),
       500,
       "internal error",
       "INTERNAL",
       "internal",
       {},
       Blame::kLibrary},
      {"NotJson", Nothing, Body("{"), 400, "", "INVALID_PAYLOAD", ""},
      {"MissingField", Nothing, Body(R"({"refuse":"field"})"), 400,
       "missing required field: events[0].id", "MISSING_FIELD", "missing_field"},
      {"TooLargeForTheAdapter", Nothing, Body(R"({"refuse":"413"})"), 413,
       "the body is not as it should be", "PAYLOAD_TOO_LARGE", "too_large"},
      {"MediaType", Nothing, Body(R"({"refuse":"415"})"), 415, "the body is not as it should be",
       "UNSUPPORTED_MEDIA_TYPE", "media_type"},
      {"Unprocessable", Nothing, Body(R"({"refuse":"422"})"), 422,
       "the body is not as it should be", "UNPROCESSABLE", "unprocessable"},
      {"NormalizeFault",
       Nothing,
       Body(R"({"refuse":"500"})"),
       500,
       "internal error",
       "INTERNAL",
       "internal",
       {},
       Blame::kLibrary},
      {"TooManyEventsSaysTheAdapter", Nothing, Body(R"({"refuse":"429"})"), 413,
       "the request holds too many events", "PAYLOAD_TOO_LARGE", "too_many_events"},
      {"TooManyEvents", AllowOneEvent, Body(R"({"events":[{"id":"1"},{"id":"2"}]})"), 413,
       "the request holds too many events", "PAYLOAD_TOO_LARGE", "too_many_events"},
      {"Store",
       FailTheStore,
       [](auto&) {},
       503,
       "the idempotency store is unavailable",
       "QUEUE_UNAVAILABLE",
       "store_unavailable",
       {"Retry-After", "5"},
       Blame::kDependency},
      {"Sink",
       FailTheSink,
       [](auto&) {},
       503,
       "the queue did not accept every event",
       "QUEUE_UNAVAILABLE",
       "not_enqueued",
       {"Retry-After", "5"},
       Blame::kDependency},
      {"FollowUp",
       FailFollowUps,
       Body(kFollowUpBody),
       503,
       "a request that has to follow this one failed",
       "QUEUE_UNAVAILABLE",
       "follow_up_failed",
       {"Retry-After", "5"},
       Blame::kDependency},
      {"NoHttpClient",
       TakeTheHttpClientAway,
       Body(kFollowUpBody),
       500,
       "internal error",
       "INTERNAL",
       "no_http_client",
       {},
       Blame::kHost},
  };
  return rows;
}

class ErrorTest : public ::testing::TestWithParam<Row> {};

TEST_P(ErrorTest, IsAnsweredAndReported) {
  const Row& row = GetParam();
  Harness harness;
  row.arrange(harness);
  ASSERT_THAT(harness.Open(), IsOk());
  WebhookRequest request = MakePost(kOneMessage);
  row.spoil(request);
  request.headers.Set("X-Request-Id", "req-1");
  const HttpResponse response = harness.Send(request);

  EXPECT_EQ(response.status, row.status);
  EXPECT_EQ(Header(response, "X-Request-Id"), "req-1");
  EXPECT_EQ(Header(response, "Content-Type"), "application/json");
  EXPECT_EQ(Header(response, "Retry-After"), row.status == 503 ? "5" : "");
  if (!row.header.first.empty()) {
    EXPECT_EQ(Header(response, row.header.first), row.header.second);
  }
  EXPECT_EQ(ErrorCode(response), row.code);
  if (!row.error.empty()) {
    EXPECT_EQ(response.body, "{\"error\":\"" + std::string(row.error) + "\",\"code\":\"" +
                                 std::string(row.code) + "\",\"requestId\":\"req-1\"}");
  }

  ASSERT_EQ(harness.observer->requests().size(), 1u);
  const auto report = harness.observer->requests()[0];
  EXPECT_EQ(report.http_status, row.status);
  EXPECT_EQ(report.request_id, "req-1");
  EXPECT_EQ(report.blame, row.blame);
  if (!row.reason.empty()) {
    EXPECT_EQ(report.reason, row.reason);
  }
}

INSTANTIATE_TEST_SUITE_P(Contract, ErrorTest, ::testing::ValuesIn(Rows()),
                         [](const auto& param) { return std::string(param.param.name); });

/// Faults, in the order in which they are noticed. Each request has one and all that come after.
struct Step {
  int status;
  std::function<void(WebhookRequest&)> spoil;
};

TEST(OrderOfChecksTest, TheEarlierFaultIsTheAnswer) {
  const std::vector<Step> steps = {
      {413, [](auto& r) { r.body += std::string(5u << 20, ' '); }},
      {414, [](auto& r) { r.target += "?" + std::string(20u << 10, 'x'); }},
      {431, [](auto& r) { r.headers.Add("X", std::string(40u << 10, 'x')); }},
      {404, [](auto& r) { r.target = "/nowhere" + r.target; }},
      {405, [](auto& r) { r.method = HttpMethod::kDelete; }},
      {403, [](auto& r) { r.peer = "203.0.113.9"; }},
      {401, [](auto& r) { r.headers.Set("X-Token", "guess"); }},
      {400, [](auto& r) { r.body = "{"; }},
      {503, [](auto&) {}},  // the store, which fails for every request
  };
  for (std::size_t first = 0; first < steps.size(); ++first) {
    Harness harness;
    FailTheStore(harness);
    harness.AddChannel().allow_from = {"192.0.2.0/24"};
    ASSERT_THAT(harness.Open(), IsOk());
    WebhookRequest request = MakePost(kOneMessage);
    for (std::size_t i = steps.size(); i-- > first;) steps[i].spoil(request);
    EXPECT_EQ(harness.Send(request).status, steps[first].status) << first;
    EXPECT_THAT(harness.sink->accepted(), IsEmpty());
  }
}

TEST(OrderOfChecksTest, ARejectedRequestIsNotNormalized) {
  Harness harness;
  ASSERT_THAT(harness.Open(), IsOk());
  WebhookRequest request = MakePost(R"({"refuse":"500"})");
  request.headers.Set("X-Token", "guess");
  EXPECT_EQ(harness.Send(request).status, 401);
}

TEST(ErrorResponseTest, TellsNothingOfABug) {
  const HttpResponse response = ErrorResponse(absl::InternalError("entrails"), "r");
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body, R"({"error":"internal error","code":"INTERNAL","requestId":"r"})");
}

TEST(ErrorResponseTest, RoundsRetryAfterUp) {
  const absl::Status status =
      MakeError(absl::StatusCode::kResourceExhausted, "slow down",
                {.reason = "quota", .retry_after = absl::Milliseconds(1200)});
  const HttpResponse response = ErrorResponse(status, "r");
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(Header(response, "Retry-After"), "2");
  EXPECT_EQ(ErrorCode(response), "RATE_LIMITED");
}

TEST(ErrorResponseTest, EscapesWhatItQuotes) {
  const HttpResponse response = ErrorResponse(absl::NotFoundError("no \"x\"\n"), "r");
  EXPECT_EQ(response.body, R"({"error":"no \"x\"\n","code":"NOT_FOUND","requestId":"r"})");
}

}  // namespace
}  // namespace testing
}  // namespace omni::inline v0_1

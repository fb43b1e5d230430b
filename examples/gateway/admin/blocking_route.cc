#include "admin/blocking_route.h"

#include <charconv>
#include <string>
#include <utility>

#include "http/answers.h"
#include "omni/error.h"
#include "omni/support/form.h"

namespace host {
namespace {

constexpr std::size_t kMaxLimit = 1'000;
constexpr std::size_t kUsualLimit = 100;

absl::Status BusyError() {
  return omni::MakeError(absl::StatusCode::kUnavailable, "too much administration is under way",
                         {.reason = "admin_busy",
                          .code = "UNAVAILABLE",
                          .retryable = true,
                          .http_status = 503,
                          .retry_after = absl::Seconds(1)});
}

}  // namespace

void BlockingRoutes::Add(Router::Route route, Work work) const {
  AddLater(std::move(route), [work = std::move(work)](const RouteRequest& request,
                                                      omni::Completion<ServerResponse> done) {
    auto answer = work(request);
    std::move(done)(
        answer.ok() ? *std::move(answer)
                    : ServerResponse{.response = ErrorAnswer(answer.status(), request.request_id)});
  });
}

void BlockingRoutes::AddLater(Router::Route route, LaterWork work) const {
  router.Add(std::move(route), [&worker = worker, work = std::move(work)](
                                   RouteRequest request, omni::Completion<ServerResponse> done) {
    const std::string id = request.request_id;
    const auto later = std::make_shared<omni::Completion<ServerResponse>>(std::move(done));
    const bool posted = worker.Post([work, later, request = std::move(request)]() mutable {
      work(std::move(request), std::move(*later));
    });
    if (!posted) std::move (*later)(ServerResponse{.response = ErrorAnswer(BusyError(), id)});
  });
}

absl::StatusOr<omni::JsonDocument> ReadObject(const RouteRequest& request) {
  auto document = omni::JsonDocument::Parse(request.http.body);
  if (document.ok() && !document->root().is_object()) {
    return omni::InvalidPayloadError("the body is no JSON object", "");
  }
  return document;
}

std::string QueryParam(const RouteRequest& request, std::string_view name) {
  const auto form = omni::Form::Parse(omni::TargetQuery(request.http.target));
  return form.ok() ? std::string(form->Get(name)) : std::string();
}

absl::StatusOr<std::size_t> ReadLimit(const RouteRequest& request) {
  const std::string text = QueryParam(request, "limit");
  if (text.empty()) return kUsualLimit;
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size() || limit < 1 || limit > kMaxLimit) {
    return omni::InvalidPayloadError("limit: expected an integer from 1 to 1000", "limit");
  }
  return limit;
}

absl::Status NoSuchThing(std::string_view message) {
  return omni::MakeError(absl::StatusCode::kNotFound, message,
                         {.reason = "not_found", .blame = omni::Blame::kSender});
}

absl::Status Conflict(std::string_view message) {
  return omni::MakeError(absl::StatusCode::kFailedPrecondition, message,
                         {.reason = "conflict",
                          .code = "CONFLICT",
                          .blame = omni::Blame::kSender,
                          .http_status = 409});
}

}  // namespace host

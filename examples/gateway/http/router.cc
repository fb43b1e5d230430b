#include "http/router.h"

#include <algorithm>
#include <optional>

#include "absl/time/clock.h"
#include "http/answers.h"
#include "http/own_paths.h"
#include "http/request_id.h"
#include "log/request_log.h"
#include "omni/support/url.h"

namespace host {
namespace {

constexpr std::size_t kMaxSegments = 16;

std::vector<std::string> Split(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty() && segments.size() <= kMaxSegments) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    segments.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool IsParameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

omni::HttpMethod Effective(omni::HttpMethod method) {
  return method == omni::HttpMethod::kHead ? omni::HttpMethod::kGet : method;
}

/// Gives the answer its id and logs it.
class Finish {
 public:
  Finish(std::shared_ptr<Log> log, const RouteRequest& request, bool quiet,
         omni::Completion<ServerResponse> done)
      : log_(std::move(log)),
        request_id_(request.request_id),
        method_(request.http.method),
        target_(request.http.target),
        client_(request.http.peer),
        quiet_(quiet),
        done_(std::move(done)) {}

  void operator()(ServerResponse answer) {
    answer.response.headers.Set("X-Request-Id", request_id_);
    const int status = answer.response.status;
    if (!quiet_ || status >= 400) {
      LogOwnRequest({.request_id = request_id_,
                     .method = method_,
                     .target = target_,
                     .client = client_,
                     .http_status = status,
                     .duration = absl::Now() - started_},
                    *log_);
    }
    std::move(done_)(std::move(answer));
  }

 private:
  std::shared_ptr<Log> log_;
  std::string request_id_;
  omni::HttpMethod method_;
  std::string target_;
  std::string client_;
  bool quiet_;
  absl::Time started_ = absl::Now();
  omni::Completion<ServerResponse> done_;
};

}  // namespace

std::string_view RouteRequest::Param(std::string_view name) const {
  for (const auto& [key, value] : params) {
    if (key == name) return value;
  }
  return {};
}

Router::Router(std::shared_ptr<Log> log, AdminCheck check_admin)
    : log_(std::move(log)), check_admin_(std::move(check_admin)) {}

void Router::Add(Route route, Handler handler) {
  Entry entry{.route = std::move(route), .segments = {}, .handler = std::move(handler)};
  entry.segments = Split(entry.route.pattern);
  entries_.push_back(std::move(entry));
}

bool Router::Matches(const Entry& entry, const std::vector<std::string>& path, Params& params) {
  if (entry.segments.size() != path.size()) return false;
  Params found;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const std::string& segment = entry.segments[i];
    if (!IsParameter(segment)) {
      if (segment != path[i]) return false;
      continue;
    }
    std::string value = omni::PercentDecode(path[i]);
    if (value.empty()) return false;
    found.emplace_back(segment.substr(1, segment.size() - 2), std::move(value));
  }
  params = std::move(found);
  return true;
}

bool Router::Takes(std::string_view target) const {
  const std::string_view path = omni::TargetPath(target);
  if (!IsOwnPath(path)) return false;  // most requests, and cheaper than to look closer
  const std::vector<std::string> segments = Split(path);
  Params ignored;
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Entry& entry) { return Matches(entry, segments, ignored); });
}

void Router::Handle(omni::WebhookRequest request, omni::Completion<ServerResponse> done) const {
  RouteRequest routed{.http = std::move(request)};
  routed.request_id = RequestIdOf(routed.http);
  const std::vector<std::string> segments = Split(omni::TargetPath(routed.http.target));
  const omni::HttpMethod method = Effective(routed.http.method);
  const Entry* found = nullptr;
  std::string allowed;
  for (const Entry& entry : entries_) {
    Params params;
    if (!Matches(entry, segments, params)) continue;
    allowed.append(omni::HttpMethodName(entry.route.method)).append(", ");
    if (entry.route.method != method || found != nullptr) continue;
    found = &entry;
    routed.params = std::move(params);
  }
  allowed.append("OPTIONS");
  Finish finish(log_, routed, found != nullptr && found->route.quiet, std::move(done));
  if (found == nullptr) {
    ServerResponse answer;
    if (routed.http.method == omni::HttpMethod::kOptions) {
      answer.response = omni::HttpResponse::Empty(204);
    } else {
      answer.response = ErrorAnswer(405, "METHOD_NOT_ALLOWED",
                                    "this endpoint does not take that method", routed.request_id);
    }
    answer.response.headers.Set("Allow", allowed);
    return finish(std::move(answer));
  }
  if (found->route.access == Access::kAdmin) {
    if (const absl::Status status = check_admin_(routed.http); !status.ok()) {
      ServerResponse answer{.response = ErrorAnswer(status, routed.request_id)};
      if (answer.response.status == 401) {
        answer.response.headers.Set("WWW-Authenticate", "Bearer realm=\"omni\"");
      }
      return finish(std::move(answer));
    }
  }
  found->handler(std::move(routed), omni::Completion<ServerResponse>(std::move(finish)));
}

}  // namespace host

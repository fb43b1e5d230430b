/// \file
/// The requests that the host answers itself, by path and method.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "log/log.h"
#include "omni/http.h"
#include "omni/ports/completion.h"
#include "server/http_server.h"

namespace host {

/// A request at a route.
struct RouteRequest {
  omni::WebhookRequest http = {};
  std::string request_id = {};
  std::vector<std::pair<std::string, std::string>> params = {};  ///< by the names in the pattern

  /// The part of the path that stands for `{name}`, percent-decoded. Lifetime: the request's.
  [[nodiscard]] std::string_view Param(std::string_view name) const;
};

/// Who may call.
enum class Access {
  kAnyone,
  kAdmin,  ///< with one of the tokens of `admin.token`
};

/// Routes are added before the server starts; all are below one of kOwnPaths. What no route's path
/// matches is somebody else's.
///
/// Answers a wrong method with 405, `OPTIONS` with what is allowed, a missing or wrong token with
/// 401; gives every answer its `X-Request-Id`; logs one line a request, but none of a success on a
/// route that is marked as quiet.
///
/// Thread safety: thread-safe, once all routes are added.
class Router {
 public:
  /// Called on a thread of the server; must not block it.
  using Handler = absl::AnyInvocable<void(RouteRequest, omni::Completion<ServerResponse>) const>;
  /// Whether the request carries an administrator's token; else what to answer.
  using AdminCheck = absl::AnyInvocable<absl::Status(const omni::WebhookRequest&) const>;

  Router(std::shared_ptr<Log> log, AdminCheck check_admin);

  struct Route {
    omni::HttpMethod method = omni::HttpMethod::kGet;  ///< GET takes HEAD as well
    std::string pattern = {};  ///< `/admin/channels/{id}`; `{name}` is one segment, not empty
    Access access = Access::kAdmin;
    bool quiet = false;
  };
  void Add(Route route, Handler handler);

  /// Whether the path is one of a route; then the request is taken, and the answer comes.
  [[nodiscard]] bool Takes(std::string_view target) const;
  void Handle(omni::WebhookRequest request, omni::Completion<ServerResponse> done) const;

 private:
  struct Entry {
    Route route;
    std::vector<std::string> segments;
    Handler handler;
  };
  using Params = std::vector<std::pair<std::string, std::string>>;

  static bool Matches(const Entry& entry, const std::vector<std::string>& path, Params& params);

  const std::shared_ptr<Log> log_;
  const AdminCheck check_admin_;
  std::vector<Entry> entries_;
};

}  // namespace host

/// \file
/// Routes whose work blocks: it is done on a worker's thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "absl/status/statusor.h"
#include "http/router.h"
#include "omni/json.h"
#include "ops/worker.h"

namespace host {

/// Lifetime: worker and router outlive the server.
struct BlockingRoutes {
  Router& router;
  Worker& worker;

  using Work = std::function<absl::StatusOr<ServerResponse>(const RouteRequest&)>;
  /// An error is answered in the contract's shape; 503 when the worker has too much to do.
  void Add(Router::Route route, Work work) const;

  /// Answers by itself, perhaps later.
  using LaterWork = std::function<void(RouteRequest, omni::Completion<ServerResponse>)>;
  void AddLater(Router::Route route, LaterWork work) const;
};

/// The body, which has to be one JSON object.
[[nodiscard]] absl::StatusOr<omni::JsonDocument> ReadObject(const RouteRequest& request);

/// The parameter of the query, percent-decoded; empty when there is none.
[[nodiscard]] std::string QueryParam(const RouteRequest& request, std::string_view name);

/// `limit` of the query: 1 to 1000, 100 when there is none.
[[nodiscard]] absl::StatusOr<std::size_t> ReadLimit(const RouteRequest& request);

/// 404 for a thing that is not there, 409 for one that must not be changed so.
[[nodiscard]] absl::Status NoSuchThing(std::string_view message);
[[nodiscard]] absl::Status Conflict(std::string_view message);

}  // namespace host

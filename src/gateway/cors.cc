#include "gateway/cors.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::string_view kAllowOrigin = "Access-Control-Allow-Origin";

std::string ListMethods(const std::vector<HttpMethod>& methods) {
  std::string list;
  for (HttpMethod method : methods) list.append(HttpMethodName(method)).append(", ");
  return list + "OPTIONS";
}

}  // namespace

std::string AllowedMethods(const MountSpec& mount) { return ListMethods(mount.methods); }

void CorsPolicy::List(const std::vector<std::string>& origins) {
  for (const std::string& origin : origins) {
    if (origin == "*") {
      any_listed_ = true;
    } else {
      origins_.push_back(origin);
    }
  }
}

void CorsPolicy::Answer(const WebhookRequest& request, HttpResponse& response) const {
  if (origins_.empty()) {
    if (any_listed_ || any_by_default_) response.headers.Set(kAllowOrigin, "*");
    return;
  }
  response.headers.Set("Vary", "Origin");
  const std::optional<std::string_view> origin = request.headers.Find("Origin");
  if (origin && std::find(origins_.begin(), origins_.end(), *origin) != origins_.end()) {
    response.headers.Set(kAllowOrigin, *origin);
  } else if (any_listed_) {
    response.headers.Set(kAllowOrigin, "*");
  }
}

HttpResponse PreflightResponse(const WebhookRequest& request, const MountSpec& mount,
                               const CorsPolicy& cors) {
  HttpResponse response = HttpResponse::Empty(200);
  response.headers.Add(
      "Access-Control-Allow-Methods",
      ListMethods(mount.cors_methods.empty() ? mount.methods : mount.cors_methods));
  response.headers.Add("Access-Control-Allow-Headers", mount.cors_headers);
  if (mount.cors_max_age > absl::ZeroDuration()) {
    response.headers.Add("Access-Control-Max-Age",
                         std::to_string(absl::ToInt64Seconds(mount.cors_max_age)));
  }
  cors.Answer(request, response);
  return response;
}

}  // namespace internal
}  // namespace omni::inline v0_1

#include "gateway/cors.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace omni::inline v0_1 {
namespace internal {
namespace {

constexpr std::string_view kAllowOrigin = "Access-Control-Allow-Origin";

}  // namespace

std::string AllowedMethods(const MountSpec& mount) {
  std::string methods;
  for (HttpMethod method : mount.methods) {
    methods += HttpMethodName(method);
    methods += ", ";
  }
  return methods + "OPTIONS";
}

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
    response.headers.Set(kAllowOrigin, std::string(*origin));
  } else if (any_listed_) {
    response.headers.Set(kAllowOrigin, "*");
  }
}

HttpResponse PreflightResponse(const WebhookRequest& request, const MountSpec& mount,
                               const CorsPolicy& cors) {
  HttpResponse response = HttpResponse::Empty(200);
  response.headers.Add("Access-Control-Allow-Methods", AllowedMethods(mount));
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

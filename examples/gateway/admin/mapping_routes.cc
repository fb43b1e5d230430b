#include <set>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "admin/channel_view.h"
#include "admin/store_routes.h"
#include "base/text.h"
#include "http/answers.h"
#include "omni/codec.h"
#include "omni/error.h"
#include "omni/json.h"
#include "omni/support/target_policy.h"

namespace host {
namespace {

/// The only adapter that forwards accounts.
constexpr std::string_view kCarrier = "whatsapp";
constexpr std::size_t kMaxAccount = 64;
constexpr std::size_t kMaxTenants = 1'000;

void Write(std::string_view tenant, const omni::AccountMapping& mapping, omni::JsonWriter& out) {
  out.BeginObject();
  out.Key("tenant");
  out.String(tenant);
  out.Key("wabaId");
  out.String(mapping.account);
  out.Key("targetUrl");
  out.String(mapping.target_url);
  out.Key("enabled");
  out.Bool(mapping.enabled);
  out.Key("createdAt");
  out.String(omni::FormatTime(mapping.created_at));
  out.Key("updatedAt");
  out.String(omni::FormatTime(mapping.updated_at));
  out.EndObject();
}

/// Of all tenants that have a channel.
std::set<std::string> Tenants(Host& host) {
  std::set<std::string> tenants;
  const auto setup = host.setup();
  for (const std::string& channel : setup->config.channels) {
    if (tenants.size() < kMaxTenants) tenants.insert(TenantOf(channel));
  }
  return tenants;
}

std::string TenantOr(std::string_view tenant) {
  return std::string(tenant.empty() ? "default" : tenant);
}

absl::StatusOr<ServerResponse> List(Host& host, const RouteRequest& request) {
  const auto limit = ReadLimit(request);
  if (!limit.ok()) return limit.status();
  const std::string wanted = QueryParam(request, "tenant");
  const std::set<std::string> tenants = wanted.empty() ? Tenants(host) : std::set{wanted};
  std::string json;
  omni::JsonWriter out(json);
  bool has_more = false;
  std::size_t left = *limit;
  out.BeginObject();
  out.Key("mappings");
  out.BeginArray();
  for (const std::string& tenant : tenants) {
    const auto page = host.engine().mappings->List(
        {.tenant = tenant, .carrier = kCarrier},
        {.after = QueryParam(request, "after"), .limit = std::max<std::size_t>(left, 1)});
    if (!page.ok()) return page.status();
    has_more |= page->has_more || (left == 0 && !page->mappings.empty());
    for (const omni::AccountMapping& mapping : page->mappings) {
      if (left == 0) break;
      Write(tenant, mapping, out);
      --left;
    }
  }
  out.EndArray();
  out.Key("hasMore");
  out.Bool(has_more);
  out.EndObject();
  return JsonAnswer(200, std::move(json));
}

bool IsAccount(std::string_view text) {
  return !text.empty() && text.size() <= kMaxAccount &&
         text.find_first_not_of(
             "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_") == text.npos;
}

absl::StatusOr<ServerResponse> Change(Host& host, const RouteRequest& request) {
  const auto body = ReadObject(request);
  if (!body.ok()) return body.status();
  const omni::JsonValue root = body->root();
  omni::MappingChange change{.account = std::string(root["wabaId"].scalar())};
  if (!root["wabaId"].exists()) return omni::MissingFieldError("wabaId");
  if (!IsAccount(change.account)) {
    return omni::InvalidPayloadError("wabaId is not 1 to 64 letters and digits", "wabaId");
  }
  if (const omni::JsonValue target = root["targetUrl"]; target.exists()) {
    const absl::Status status = omni::CheckTarget(target.text(), {});
    if (!status.ok()) {
      return omni::InvalidPayloadError("targetUrl: " + MessageOf(status), "targetUrl");
    }
    change.target_url = std::string(target.text());
  }
  if (const omni::JsonValue enabled = root["enabled"]; enabled.exists()) {
    change.enabled = enabled.AsBool();
    if (!change.enabled)
      return omni::InvalidPayloadError("enabled: expected true or false", "enabled");
  }
  if (!change.target_url && !change.enabled) return omni::MissingFieldError("targetUrl");
  const std::string tenant = TenantOr(root["tenant"].text());
  const auto mapping =
      host.engine().mappings->Change({.tenant = tenant, .carrier = kCarrier}, change, absl::Now());
  if (absl::IsNotFound(mapping.status())) return omni::MissingFieldError("targetUrl");
  if (!mapping.ok()) return mapping.status();
  std::string json;
  omni::JsonWriter out(json);
  Write(tenant, *mapping, out);
  return JsonAnswer(200, std::move(json));
}

absl::StatusOr<ServerResponse> Remove(Host& host, const RouteRequest& request) {
  const std::string tenant = TenantOr(QueryParam(request, "tenant"));
  const auto mapping = host.engine().mappings->Remove({.tenant = tenant, .carrier = kCarrier},
                                                      request.Param("wabaId"));
  if (absl::IsNotFound(mapping.status())) return NoSuchThing("there is no such mapping");
  if (!mapping.ok()) return mapping.status();
  return ServerResponse{.response = omni::HttpResponse::Empty(204)};
}

}  // namespace

void AddMappingRoutes(Host& host, const BlockingRoutes& routes) {
  if (host.engine().mappings == nullptr) return;
  routes.Add({.pattern = "/admin/mappings", .quiet = true},
             [&host](const RouteRequest& request) { return List(host, request); });
  routes.Add({.method = omni::HttpMethod::kPost, .pattern = "/admin/mappings"},
             [&host](const RouteRequest& request) { return Change(host, request); });
  routes.Add({.method = omni::HttpMethod::kDelete, .pattern = "/admin/mappings/{wabaId}"},
             [&host](const RouteRequest& request) { return Remove(host, request); });
}

}  // namespace host

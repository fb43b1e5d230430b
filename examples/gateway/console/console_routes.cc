#include "console/console_routes.h"

#include <array>
#include <string>
#include <utility>

#include "http/answers.h"

namespace host {
namespace {

constexpr std::string_view kPage = "index.html";
constexpr std::string_view kDescription = "openapi.yaml";

/// Nothing but the console's own files, and no page around it.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string_view TypeOf(std::string_view name) {
  struct Type {
    std::string_view ending;
    std::string_view type;
  };
  static constexpr std::array<Type, 5> kTypes = {{{".html", "text/html; charset=utf-8"},
                                                  {".css", "text/css; charset=utf-8"},
                                                  {".js", "text/javascript; charset=utf-8"},
                                                  {".svg", "image/svg+xml"},
                                                  {".yaml", "application/yaml"}}};
  for (const Type& type : kTypes) {
    if (name.ends_with(type.ending)) return type.type;
  }
  return "application/octet-stream";
}

const Asset* Find(std::string_view name) {
  for (const Asset& asset : ConsoleAssets()) {
    if (asset.name == name) return &asset;
  }
  return nullptr;
}

ServerResponse Serve(const Asset* asset, const RouteRequest& request) {
  if (asset == nullptr) {
    return {.response = ErrorAnswer(404, "NOT_FOUND", "there is no such file", request.request_id)};
  }
  const std::string tag = '"' + std::string(asset->hash) + '"';
  ServerResponse answer;
  omni::HttpResponse& response = answer.response;
  if (request.http.headers.Find("If-None-Match") == tag) {
    response.status = 304;
  } else {
    response.body = asset->content;
    response.headers.Set("Content-Type", TypeOf(asset->name));
  }
  response.headers.Set("ETag", tag);
  response.headers.Set("Cache-Control", "no-cache");
  response.headers.Set("Content-Security-Policy", kPolicy);
  response.headers.Set("X-Content-Type-Options", "nosniff");
  response.headers.Set("Referrer-Policy", "no-referrer");
  response.headers.Set("Cross-Origin-Opener-Policy", "same-origin");
  return answer;
}

void AddFile(Router& router, std::string pattern, std::string_view name) {
  router.Add({.pattern = std::move(pattern), .access = Access::kAnyone, .quiet = true},
             [name](const RouteRequest& request, omni::Completion<ServerResponse> done) {
               std::move(done)(Serve(Find(name), request));
             });
}

}  // namespace

void AddConsoleRoutes(Router& router) {
  AddFile(router, "/console", kPage);
  AddFile(router, "/console/", kPage);
  AddFile(router, "/openapi.yaml", kDescription);
  router.Add({.pattern = "/console/{file}", .access = Access::kAnyone, .quiet = true},
             [](const RouteRequest& request, omni::Completion<ServerResponse> done) {
               std::move(done)(Serve(Find(request.Param("file")), request));
             });
}

}  // namespace host

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "host/host.h"
#include "host/routes.h"
#include "http/answers.h"
#include "omni/http.h"

namespace host {
namespace {

/// What a browser may show in its place; everything else is saved. Nothing here can run a script.
constexpr std::array<std::string_view, 8> kShown = {"image/png",  "image/jpeg", "image/gif",
                                                    "image/webp", "audio/mpeg", "audio/ogg",
                                                    "video/mp4",  "video/webm"};

bool IsPlain(char c) { return c > ' ' && c < 127 && c != '"' && c != '\\' && c != ';'; }

/// A name that needs no escaping in a header.
std::string PlainFilename(std::string_view name) {
  std::string plain(name.substr(0, 128));
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return !IsPlain(c); }, '_');
  return plain.empty() ? "file" : plain;
}

omni::HttpResponse FileAnswer(omni::MediaUpload file) {
  const std::string type = omni::MediaType(file.content_type);
  const bool is_shown = std::find(kShown.begin(), kShown.end(), type) != kShown.end();
  omni::HttpResponse response{.status = 200, .body = std::move(file.content)};
  response.headers.Set("Content-Type", is_shown ? type : "application/octet-stream");
  response.headers.Set("Content-Disposition", std::string(is_shown ? "inline" : "attachment") +
                                                  "; filename=\"" + PlainFilename(file.filename) +
                                                  "\"");
  response.headers.Set("X-Content-Type-Options", "nosniff");
  response.headers.Set("Content-Security-Policy", "default-src 'none'; sandbox");
  response.headers.Set("Referrer-Policy", "no-referrer");
  response.headers.Set("Cache-Control", "private, max-age=86400, immutable");
  return response;
}

}  // namespace

// The id is a hash of the content that nobody can guess who has not the file: knowing the URL is
// the permission, as with the carriers' own.
void AddMediaRoute(Host& host) {
  host.router().Add(
      {.pattern = "/media/{id}", .access = Access::kAnyone},
      [&host](const RouteRequest& request, omni::Completion<ServerResponse> done) {
        // It is the only one of the host's own paths where a stranger makes the disk work.
        if (const absl::Status status = host.AdmitArrival(request.http); !status.ok()) {
          return std::move(done)(
              ServerResponse{.response = ErrorAnswer(status, request.request_id)});
        }
        const Engine& engine = host.engine();
        if (engine.find_media == nullptr) {
          return std::move(done)(
              ServerResponse{.response = ErrorAnswer(404, "NOT_FOUND", "there is no such file",
                                                     request.request_id)});
        }
        auto found = (*engine.find_media)(request.Param("id"));
        if (!found.ok()) {
          return std::move(done)(
              ServerResponse{.response = ErrorAnswer(found.status(), request.request_id)});
        }
        if (!*found) {
          return std::move(done)(
              ServerResponse{.response = ErrorAnswer(404, "NOT_FOUND", "there is no such file",
                                                     request.request_id)});
        }
        std::move(done)(ServerResponse{.response = FileAnswer(**std::move(found))});
      });
}

}  // namespace host

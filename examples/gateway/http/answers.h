/// \file
/// Answers of the host, in the contract's shapes.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "omni/http.h"
#include "server/http_server.h"

namespace host {

/// `{"error":…,"code":…,"requestId":…}` with that status.
[[nodiscard]] omni::HttpResponse ErrorAnswer(int status, std::string_view code,
                                             std::string_view message, std::string_view request_id);
/// The same from an omni error.
[[nodiscard]] omni::HttpResponse ErrorAnswer(const absl::Status& status,
                                             std::string_view request_id);
/// 200, or another status, with a JSON body that must not be kept by caches.
[[nodiscard]] ServerResponse JsonAnswer(int status, std::string body);

}  // namespace host

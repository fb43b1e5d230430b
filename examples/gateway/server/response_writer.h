// Answers -> bytes.
#pragma once

#include <string>
#include <string_view>

#include "omni/http.h"

namespace host::internal {

inline constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

struct Framing {
  bool keep_alive = true;
  bool is_http_1_0 = false;
  bool is_head = false;    ///< the length of the body, but not the body
  bool is_stream = false;  ///< what follows has no known end
  std::string_view date = {};
};

/// The head, and the body unless it is a stream. The framing's own fields are the server's: a
/// handler's are left out, and so is a field that would break out of its line.
void AppendResponse(const omni::HttpResponse& response, const Framing& framing, std::string& out);

/// `data` must not be empty.
void AppendChunk(std::string_view data, std::string& out);

}  // namespace host::internal

#include "http/answers.h"

#include <utility>

#include "omni/adapter.h"
#include "omni/json.h"

namespace host {

omni::HttpResponse ErrorAnswer(int status, std::string_view code, std::string_view message,
                               std::string_view request_id) {
  std::string body;
  omni::JsonWriter writer(body);
  writer.BeginObject();
  writer.Key("error");
  writer.String(message);
  writer.Key("code");
  writer.String(code);
  writer.Key("requestId");
  writer.String(request_id);
  writer.EndObject();
  omni::HttpResponse response = omni::HttpResponse::Json(status, std::move(body));
  response.headers.Set("X-Request-Id", request_id);
  return response;
}

omni::HttpResponse ErrorAnswer(const absl::Status& status, std::string_view request_id) {
  return omni::ErrorResponse(status, request_id);
}

ServerResponse JsonAnswer(int status, std::string body) {
  ServerResponse answer{.response = omni::HttpResponse::Json(status, std::move(body))};
  answer.response.headers.Set("Cache-Control", "no-store");
  return answer;
}

}  // namespace host

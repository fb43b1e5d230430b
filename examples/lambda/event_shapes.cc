#include "event_shapes.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "omni/json.h"
#include "omni/support/encoding.h"
#include "omni/support/url.h"

namespace lambda {
namespace {

using ::omni::JsonValue;

/// `path` without the stage that API Gateway puts before it. `$default` is never there.
std::string_view WithoutStage(std::string_view path, std::string_view stage) {
  if (stage.empty() || !path.starts_with('/') || path.substr(1, stage.size()) != stage) return path;
  const std::string_view rest = path.substr(1 + stage.size());
  if (rest.empty()) return "/";
  return rest.starts_with('/') ? rest : path;
}

/// Version 1 has the query decoded, by name. It is not known how it was spelled, nor in which order
/// the names came.
std::string RebuildQuery(JsonValue event) {
  std::string query;
  const auto add = [&query](std::string_view name, std::string_view value) {
    query += query.empty() ? '?' : '&';
    query += omni::PercentEncode(name) + "=" + omni::PercentEncode(value);
  };
  const JsonValue lists = event["multiValueQueryStringParameters"];
  for (const auto& [name, values] : lists.members()) {
    for (const JsonValue value : values.elements()) add(name, value.text());
  }
  if (lists.is_object()) return query;
  for (const auto& [name, value] : event["queryStringParameters"].members()) {
    add(name, value.text());
  }
  return query;
}

void ReadVersion1(JsonValue event, omni::WebhookRequest& request) {
  const JsonValue context = event["requestContext"];
  const std::string query = RebuildQuery(event);
  std::string_view path = event["path"].text();
  // A REST API leaves the stage out of `path`, an HTTP API does not; only the latter has a version.
  if (event["version"].is_string()) path = WithoutStage(path, context["stage"].text());
  request.method = omni::ParseHttpMethod(event["httpMethod"].text());
  request.target = std::string(path) + query;
  request.external_url = std::string(context["path"].text()) + query;
  request.peer = context["identity"]["sourceIp"].text();

  const JsonValue lists = event["multiValueHeaders"];
  for (const auto& [name, values] : lists.members()) {
    for (const JsonValue value : values.elements()) {
      request.headers.Add(name, value.text());
    }
  }
  if (lists.is_object()) return;
  for (const auto& [name, value] : event["headers"].members()) {
    request.headers.Add(name, value.text());
  }
}

void ReadVersion2(JsonValue event, omni::WebhookRequest& request) {
  const JsonValue context = event["requestContext"];
  const std::string_view path = event["rawPath"].text();
  std::string query(event["rawQueryString"].text());
  if (!query.empty()) query.insert(0, 1, '?');
  request.method = omni::ParseHttpMethod(context["http"]["method"].text());
  request.target = std::string(WithoutStage(path, context["stage"].text())) + query;
  request.external_url = std::string(path) + query;
  request.peer = context["http"]["sourceIp"].text();

  for (const auto& [name, value] : event["headers"].members()) {
    request.headers.Add(name, value.text());
  }
  std::string cookies;
  for (const JsonValue cookie : event["cookies"].elements()) {
    if (!cookies.empty()) cookies += "; ";
    cookies += cookie.text();
  }
  if (!cookies.empty()) request.headers.Set("cookie", cookies);
}

absl::Status ReadBody(JsonValue event, omni::WebhookRequest& request) {
  const std::string_view body = event["body"].text();
  if (!event["isBase64Encoded"].AsBool().value_or(false)) {
    request.body = body;
    return absl::OkStatus();
  }
  std::optional<std::string> bytes = omni::Base64Decode(body);
  if (!bytes) return absl::InvalidArgumentError("the event's body is not base64");
  request.body = *std::move(bytes);
  return absl::OkStatus();
}

/// Values by name, whatever its case, in the spelling that came first.
using FieldsByName = std::vector<std::pair<std::string_view, std::vector<std::string_view>>>;

FieldsByName ByName(const omni::HttpHeaders& headers) {
  FieldsByName fields;
  for (const auto& [name, unused] : headers) {
    bool is_known = false;
    for (const auto& field : fields) is_known |= omni::EqualsIgnoreCase(field.first, name);
    if (!is_known) fields.emplace_back(name, headers.FindAll(name));
  }
  return fields;
}

void WriteStrings(const std::vector<std::string_view>& strings, omni::JsonWriter& writer) {
  writer.BeginArray();
  for (const std::string_view text : strings) writer.String(text);
  writer.EndArray();
}

void WriteHeaders1(const omni::HttpHeaders& headers, omni::JsonWriter& writer) {
  writer.Key("multiValueHeaders");
  writer.BeginObject();
  for (const auto& [name, values] : ByName(headers)) {
    writer.Key(name);
    WriteStrings(values, writer);
  }
  writer.EndObject();
}

void WriteHeaders2(const omni::HttpHeaders& headers, omni::JsonWriter& writer) {
  constexpr std::string_view kSetCookie = "Set-Cookie";  // the one that must not be joined
  writer.Key("headers");
  writer.BeginObject();
  for (const auto& [name, values] : ByName(headers)) {
    if (omni::EqualsIgnoreCase(name, kSetCookie)) continue;
    std::string joined(values.front());
    for (std::size_t i = 1; i < values.size(); ++i) (joined += ", ") += values[i];
    writer.Key(name);
    writer.String(joined);
  }
  writer.EndObject();
  writer.Key("cookies");
  WriteStrings(headers.FindAll(kSetCookie), writer);
}

}  // namespace

absl::StatusOr<HttpEvent> ReadEvent(std::string_view json) {
  const auto document = omni::JsonDocument::Parse(json);
  if (!document.ok()) return document.status();
  const JsonValue event = document->root();
  const JsonValue context = event["requestContext"];
  HttpEvent out;
  if (event["rawPath"].is_string() && context["http"].is_object()) {
    out.format = PayloadFormat::kVersion2;
    ReadVersion2(event, out.request);
  } else if (event["path"].is_string() && event["httpMethod"].is_string() && context.is_object()) {
    out.format = PayloadFormat::kVersion1;
    ReadVersion1(event, out.request);
  } else {
    return absl::InvalidArgumentError("the event is none of API Gateway or a function URL");
  }
  const std::string_view domain = context["domainName"].text();
  std::string& url = out.request.external_url;
  url = domain.empty() ? "" : "https://" + std::string(domain) + url;
  out.request.tls = true;  // neither of them serves anything else
  if (absl::Status status = ReadBody(event, out.request); !status.ok()) return status;
  return out;
}

std::string WriteAnswer(PayloadFormat format, const omni::HttpResponse& answer) {
  const bool is_text = omni::IsValidUtf8(answer.body);
  std::string json;
  omni::JsonWriter writer(json);
  writer.BeginObject();
  writer.Key("statusCode");
  writer.Int(answer.status);
  if (format == PayloadFormat::kVersion1) {
    WriteHeaders1(answer.headers, writer);
  } else {
    WriteHeaders2(answer.headers, writer);
  }
  writer.Key("body");
  writer.String(is_text ? answer.body : omni::Base64Encode(answer.body));
  writer.Key("isBase64Encoded");
  writer.Bool(!is_text);
  writer.EndObject();
  return json;
}

}  // namespace lambda

#include "omni/support/capsule_codec.h"

#include <boost/describe.hpp>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "model/describe_json.h"
#include "omni/json.h"
#include "omni/support/encoding.h"

namespace omni::inline v0_1 {
namespace internal {

/// A capsule in its JSON shape. Members are in the order in which a person wants to read them.
struct HeaderRecord {
  std::string name = {};
  std::string value = {};
};
BOOST_DESCRIBE_STRUCT(HeaderRecord, (), (name, value))

struct RequestRecord {
  std::string method = {};
  std::string target = {};
  std::string external_url = {};
  std::string peer = {};
  bool tls = false;
  absl::Time received_at = absl::InfinitePast();
  std::vector<HeaderRecord> headers = {};
  std::string body = {};
};
BOOST_DESCRIBE_STRUCT(RequestRecord, (),
                      (method, target, external_url, peer, tls, received_at, headers, body))

struct VerdictRecord {
  std::string authentication = {};
  bool covers_body = false;
  bool covers_url = false;
  bool covers_query = false;
  std::string key_id = {};
  std::string bound_account = {};
};
BOOST_DESCRIBE_STRUCT(VerdictRecord, (),
                      (authentication, covers_body, covers_url, covers_query, key_id,
                       bound_account))

struct CapsuleRecord {
  std::string schema = std::string(kCapsuleSchema);
  std::string id = {};
  std::string version = {};
  std::string channel = {};
  std::string tenant = {};
  std::string reason = {};
  std::string message = {};
  std::int64_t http_status = 0;
  VerdictRecord verdict = {};
  RequestRecord request = {};
};
BOOST_DESCRIBE_STRUCT(CapsuleRecord, (),
                      (schema, id, version, channel, tenant, reason, message, http_status, verdict,
                       request))

}  // namespace internal

namespace {

constexpr std::string_view kBase64Mark = "base64:";

/// Bytes of a stranger's, as a JSON string can hold them.
std::string Pack(std::string_view bytes) {
  if (IsValidUtf8(bytes) && !bytes.starts_with(kBase64Mark)) return std::string(bytes);
  return std::string(kBase64Mark) + Base64Encode(bytes);
}

absl::Status Unpack(std::string& text, const internal::JsonPath& path) {
  if (!text.starts_with(kBase64Mark)) return absl::OkStatus();
  auto bytes = Base64Decode(std::string_view(text).substr(kBase64Mark.size()));
  if (!bytes) return internal::Expected(path, "base64");
  text = *std::move(bytes);
  return absl::OkStatus();
}

absl::Status UnpackRequest(internal::RequestRecord& record) {
  const internal::JsonPath root;
  const internal::JsonPath request{.parent = &root, .name = "request"};
  OMNI_RETURN_IF_ERROR(Unpack(record.target, {.parent = &request, .name = "target"}));
  OMNI_RETURN_IF_ERROR(Unpack(record.external_url, {.parent = &request, .name = "externalUrl"}));
  OMNI_RETURN_IF_ERROR(Unpack(record.body, {.parent = &request, .name = "body"}));
  const internal::JsonPath headers{.parent = &request, .name = "headers"};
  for (std::size_t i = 0; i < record.headers.size(); ++i) {
    const internal::JsonPath header{.parent = &headers, .index = i};
    OMNI_RETURN_IF_ERROR(Unpack(record.headers[i].name, {.parent = &header, .name = "name"}));
    OMNI_RETURN_IF_ERROR(Unpack(record.headers[i].value, {.parent = &header, .name = "value"}));
  }
  return absl::OkStatus();
}

internal::RequestRecord ToRecord(const WebhookRequest& request) {
  internal::RequestRecord record{.method = std::string(HttpMethodName(request.method)),
                                 .target = Pack(request.target),
                                 .external_url = Pack(request.external_url),
                                 .peer = request.peer,
                                 .tls = request.tls,
                                 .received_at = request.received_at,
                                 .body = Pack(request.body)};
  for (const auto& [name, value] : request.headers) {
    record.headers.push_back({.name = Pack(name), .value = Pack(value)});
  }
  return record;
}

WebhookRequest FromRecord(internal::RequestRecord record) {
  WebhookRequest request{.method = ParseHttpMethod(record.method),
                         .target = std::move(record.target),
                         .external_url = std::move(record.external_url),
                         .body = std::move(record.body),
                         .peer = std::move(record.peer),
                         .tls = record.tls,
                         .received_at = record.received_at};
  for (const internal::HeaderRecord& header : record.headers) {
    request.headers.Add(header.name, header.value);
  }
  return request;
}

}  // namespace

std::string ToJson(const Capsule& capsule) {
  std::string json;
  internal::AppendDescribed(
      internal::CapsuleRecord{.id = capsule.id,
                              .version = capsule.version,
                              .channel = capsule.channel,
                              .tenant = capsule.tenant,
                              .reason = capsule.reason,
                              .message = capsule.message,
                              .http_status = capsule.http_status,
                              .verdict = {.authentication = capsule.authentication,
                                          .covers_body = capsule.coverage.body,
                                          .covers_url = capsule.coverage.url,
                                          .covers_query = capsule.coverage.query,
                                          .key_id = capsule.key_id,
                                          .bound_account = capsule.bound_account},
                              .request = ToRecord(capsule.request)},
      json);
  return json;
}

absl::StatusOr<Capsule> CapsuleFromJson(std::string_view json) {
  // As JSON, a body may be several times as long as a webhook may be.
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document,
                        JsonDocument::Parse(json, {.max_bytes = json.size()}));
  internal::CapsuleRecord record{.schema = {}};
  OMNI_RETURN_IF_ERROR(internal::ReadValue(document.root(), {}, record));
  if (record.schema != kCapsuleSchema) {
    const internal::JsonPath root;
    return internal::Expected({.parent = &root, .name = "schema"}, kCapsuleSchema);
  }
  OMNI_RETURN_IF_ERROR(UnpackRequest(record.request));
  return Capsule{.id = std::move(record.id),
                 .version = std::move(record.version),
                 .channel = std::move(record.channel),
                 .tenant = std::move(record.tenant),
                 .request = FromRecord(std::move(record.request)),
                 .authentication = std::move(record.verdict.authentication),
                 .coverage = {.body = record.verdict.covers_body,
                              .url = record.verdict.covers_url,
                              .query = record.verdict.covers_query},
                 .key_id = std::move(record.verdict.key_id),
                 .bound_account = std::move(record.verdict.bound_account),
                 .reason = std::move(record.reason),
                 .message = std::move(record.message),
                 .http_status = static_cast<int>(record.http_status)};
}

}  // namespace omni::inline v0_1

#include "simulate/build_case.h"

#include <algorithm>
#include <optional>

#include "absl/status/status.h"
#include "omni/json.h"
#include "omni/support/url.h"
#include "simulate/json_fields.h"

namespace host {
namespace {

// The lines of a template, each `name=value`.
absl::StatusOr<std::vector<Field>> FillFields(std::string_view lines, const Values& values) {
  std::vector<Field> fields;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    const std::size_t equals = line.find('=');
    auto value = Fill(line.substr(equals + 1), values, Quoting::kNone);
    if (!value.ok()) return value.status();
    fields.emplace_back(line.substr(0, equals), *std::move(value));
  }
  return fields;
}

std::string InFrame(std::string_view frame, std::string_view body) {
  constexpr std::string_view kBody = "{{body}}";
  const std::size_t at = frame.find(kBody);
  if (at == frame.npos) return std::string(body);
  return std::string(frame.substr(0, at)).append(body).append(frame.substr(at + kBody.size()));
}

// Without the white space that a template has for its readers. Escapes stay as they are.
std::string Minified(std::string_view json) {
  std::string out;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '"') in_string = !in_string;
    if (in_string && c == '\\') out.push_back(json[i++]);
    if (in_string || (c != ' ' && c != '\n')) out.push_back(json[i]);
  }
  return out;
}

// `{identifier}` and the like. What the values do not name is a label, for which a number will do.
std::string FillPath(std::string_view path, const Values& values) {
  std::string filled;
  for (std::size_t at = 0; (at = path.find('{')) != path.npos;) {
    filled.append(path.substr(0, at));
    const std::size_t end = std::min(path.find('}', at), path.size() - 1);
    const std::string* const value = values.Find(path.substr(at + 1, end - at - 1));
    const auto number = Fill("{{to|digits}}", values, Quoting::kNone);
    filled.append(omni::PercentEncode(value != nullptr ? *value : number.value_or("main")));
    path.remove_prefix(end + 1);
  }
  return filled.append(path);
}

std::string EncodeForm(const std::vector<Field>& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    if (!text.empty()) text.push_back('&');
    text.append(omni::PercentEncode(name)).push_back('=');
    std::string encoded = omni::PercentEncode(value);
    for (std::size_t at = 0; (at = encoded.find("%20", at)) != encoded.npos; ++at) {
      encoded.replace(at, 3, "+");
    }
    text.append(encoded);
  }
  return text;
}

bool SetIn(std::string_view name, std::string_view value, std::vector<Field>& fields) {
  bool found = false;
  for (auto& [field, old] : fields) {
    if (field != name) continue;
    old = value;
    found = true;
  }
  return found;
}

std::string_view ContentType(const Step& step) {
  if (!step.content_type.empty()) return step.content_type;
  return step.format == BodyFormat::kForm ? "application/x-www-form-urlencoded; charset=UTF-8"
                                          : "application/json";
}

}  // namespace

absl::StatusOr<Draft> FillStep(const Step& step, const CarrierChannel& channel,
                               const Values& values) {
  const CarrierChannel::Endpoint* const endpoint = channel.FindEndpoint(step.endpoint);
  if (endpoint == nullptr) {
    return absl::FailedPreconditionError("the channel " + channel.id + " has no endpoint for it");
  }
  Draft draft{
      .method = step.method, .path = FillPath(endpoint->path, values), .format = step.format};
  auto query = FillFields(step.query, values);
  if (!query.ok()) return query.status();
  draft.query = *std::move(query);
  const std::string body = InFrame(step.frame, step.body);
  if (step.format == BodyFormat::kForm) {
    auto form = FillFields(body, values);
    if (!form.ok()) return form.status();
    draft.form = *std::move(form);
    return draft;
  }
  auto text = Fill(body, values, Quoting::kJson);
  if (!text.ok()) return text.status();
  draft.text = Minified(*text);
  return draft;
}

absl::StatusOr<bool> SetField(std::string_view name, std::string_view value, Draft& draft) {
  const bool in_query = SetIn(name, value, draft.query);
  if (SetIn(name, value, draft.form) || in_query) return true;
  const auto document = omni::JsonDocument::Parse(draft.text);
  if (!document.ok()) return false;
  const auto path = ResolvePath(JsonPaths(document->root()), name);
  if (!path.ok()) return path.status();
  if (path->empty()) return false;
  auto changed = WithField(document->root(), *path, value);
  if (!changed.ok()) return changed.status();
  draft.text = *std::move(changed);
  return true;
}

std::vector<std::string> FieldNames(const Draft& draft) {
  std::vector<std::string> names;
  for (const auto& [name, value] : draft.query) names.push_back(name);
  for (const auto& [name, value] : draft.form) names.push_back(name);
  if (const auto document = omni::JsonDocument::Parse(draft.text); document.ok()) {
    for (std::string& path : JsonPaths(document->root())) names.push_back(std::move(path));
  }
  return names;
}

omni::WebhookRequest MakeRequest(const Step& step, const Draft& draft, const Carrier& carrier,
                                 std::string_view url_base) {
  omni::WebhookRequest request;
  request.method = draft.method;
  request.target = draft.path;
  if (!draft.query.empty()) request.target += "?" + EncodeForm(draft.query);
  request.external_url = std::string(url_base) + request.target;
  if (draft.method == omni::HttpMethod::kGet) return request;
  if (draft.format == BodyFormat::kForm) {
    request.body = EncodeForm(draft.form);
  } else {
    request.body = carrier.spell_json == nullptr ? draft.text : carrier.spell_json(draft.text);
  }
  request.headers.Add("Content-Type", std::string(ContentType(step)));
  return request;
}

}  // namespace host

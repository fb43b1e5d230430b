#include "messagebird_url.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "omni/http.h"
#include "omni/support/form.h"
#include "omni/support/url.h"

namespace omni::inline v0_1 {
namespace messagebird {
namespace {

constexpr std::string_view kStatusTime = "statusDatetime";

std::size_t JoinedSize(const UrlView& url, std::string_view port) {
  constexpr std::string_view kBehindScheme = "://";
  return url.scheme.size() + kBehindScheme.size() + url.host.size() +
         (port.empty() ? 0 : 1 + port.size()) + std::max<std::size_t>(url.path.size(), 1) +
         url.query.size();
}

std::string JoinUrl(const UrlView& url, std::string_view port) {
  std::string text;
  text.reserve(JoinedSize(url, port));
  text.append(url.scheme).append("://").append(url.host);
  if (!port.empty()) text.append(":").append(port);
  text.append(url.path.empty() ? "/" : url.path).append(url.query);
  return text;
}

bool IsDefaultPort(const UrlView& url) {
  return !url.port.empty() && url.port == (EqualsIgnoreCase(url.scheme, "https") ? "443" : "80");
}

// How a language's standard library writes a query.
struct QueryStyle {
  std::string_view space;
  std::string_view left_alone;  // besides letters and digits
};
constexpr QueryStyle kStyles[] = {{"+", "-._~"}, {"%20", "-._~!*'()"}};

bool IsAlphanumeric(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

void AppendEscaped(std::string_view text, const QueryStyle& style, std::string& out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (char c : text) {
    if (IsAlphanumeric(c) || style.left_alone.find(c) != style.left_alone.npos) {
      out.push_back(c);
    } else if (c == ' ') {
      out.append(style.space);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
}

std::string WriteQuery(const std::vector<Form::Field>& fields, const QueryStyle& style) {
  std::string query;
  for (const Form::Field& field : fields) {
    if (!query.empty()) query.push_back('&');
    AppendEscaped(field.name, style, query);
    query.push_back('=');
    std::string value(field.value);
    // The `+` of a time zone that something on the way has decoded once too often.
    if (field.name == kStatusTime) std::replace(value.begin(), value.end(), ' ', '+');
    AppendEscaped(value, style, query);
  }
  return query;
}

void AddNew(std::string text, std::vector<std::string>& texts) {
  if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
}

}  // namespace

SignedUrls::SignedUrls(std::string_view external_url) {
  const std::optional<UrlView> url = SplitUrl(external_url);
  if (!url.has_value()) return;
  // Nearly always it is whole as it stands, with a path and nothing to be left out.
  if (!url->path.empty() && JoinedSize(*url, url->port) == external_url.size()) {
    urls_.push_back(external_url);
  } else {
    joined_ = JoinUrl(*url, url->port);
    urls_.push_back(joined_);
  }
  if (IsDefaultPort(*url)) {
    without_port_ = JoinUrl(*url, "");
    urls_.push_back(without_port_);
  }
}

std::vector<std::string> SignedQueries(std::string_view query) {
  std::vector<std::string> queries = {std::string(query)};
  const absl::StatusOr<Form> form = Form::Parse(query);
  if (!form.ok()) return queries;
  std::vector<Form::Field> fields = form->fields();
  // By name alone: whole `name=value` texts sort otherwise where one name begins with another.
  std::stable_sort(fields.begin(), fields.end(),
                   [](const Form::Field& a, const Form::Field& b) { return a.name < b.name; });
  for (const QueryStyle& style : kStyles) AddNew(WriteQuery(fields, style), queries);
  return queries;
}

}  // namespace messagebird
}  // namespace omni::inline v0_1

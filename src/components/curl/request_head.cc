#include "components/curl/request_head.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "components/curl/failure.h"
#include "omni/support/url.h"
#include "support/header_text.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

// They say how this connection is used. A copy from another connection would be a lie.
constexpr std::string_view kConnectionFields[] = {
    "Connection", "Content-Length",    "Expect",          "Host", "Keep-Alive", "TE", "Trailer",
    "Upgrade",    "Transfer-Encoding", "Proxy-Connection"};

bool IsConnectionField(std::string_view name) {
  return std::any_of(std::begin(kConnectionFields), std::end(kConnectionFields),
                     [name](std::string_view field) { return EqualsIgnoreCase(field, name); });
}

bool IsFieldName(std::string_view name) {
  static constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return IsAlphanumeric(c) || kOthers.find(c) != kOthers.npos;
  });
}

// Tabs are allowed; anything else that is a control character could end the field.
bool IsFieldValue(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](char c) { return c != '\t' && IsControl(c); });
}

bool HasBody(const HttpRequest& request) {
  switch (request.method) {
    case HttpMethod::kPost:
    case HttpMethod::kPut:
    case HttpMethod::kPatch:
      return true;
    default:
      return !request.body.empty();
  }
}

absl::Status CheckUrl(std::string_view url) {
  if (std::any_of(url.begin(), url.end(), [](char c) { return c == ' ' || IsControl(c); })) {
    return InvalidRequestError("the URL has a space or a control character");
  }
  const std::optional<UrlView> view = SplitUrl(url);
  if (!view) return InvalidRequestError("the URL is not an absolute http or https URL");
  if (!view->userinfo.empty()) {
    return InvalidRequestError("the URL has credentials; they belong in a header");
  }
  return absl::OkStatus();
}

// The fields to send as libcurl's orders to do so.
std::vector<std::string> Orders(const HttpHeaders& headers) {
  std::vector<std::string> orders;
  for (const auto& [name, value] : headers) {
    if (IsConnectionField(name)) continue;
    // `Name:` would be the order to leave the field out; `Name;` is the one to send it empty.
    std::string& order = orders.emplace_back(name);
    if (Trim(value).empty()) {
      order += ';';
    } else {
      order.append(": ").append(value);
    }
  }
  // What libcurl adds unless it is told otherwise.
  for (const char* const name : {"Accept", "Content-Type"}) {
    if (!headers.Find(name)) orders.push_back(std::string(name) + ":");
  }
  orders.emplace_back("Expect:");
  return orders;
}

}  // namespace

absl::Status CheckRequest(const HttpRequest& request) {
  if (request.method == HttpMethod::kUnknown) return InvalidRequestError("there is no method");
  if (request.method == HttpMethod::kHead && !request.body.empty()) {
    return InvalidRequestError("a HEAD request has no body");
  }
  for (const auto& [name, value] : request.headers) {
    if (!IsFieldName(name)) return InvalidRequestError("a header's name is not one");
    if (!IsFieldValue(value)) return InvalidRequestError("a header has a control character");
  }
  return CheckUrl(request.url);
}

absl::StatusOr<CurlList> HeaderList(const HttpHeaders& headers) {
  CurlList list;
  for (const std::string& order : Orders(headers)) {
    curl_slist* const longer = curl_slist_append(list.get(), order.c_str());
    if (longer == nullptr) return absl::ResourceExhaustedError("out of memory");
    static_cast<void>(list.release());  // `longer` begins with it
    list.reset(longer);
  }
  return list;
}

void SetRequest(const HttpRequest& request, CurlSetup& setup) {
  setup.Set(CURLOPT_URL, request.url.c_str());
  setup.Set(CURLOPT_PATH_AS_IS, 1L);
  if (request.method == HttpMethod::kHead) {
    setup.Set(CURLOPT_NOBODY, 1L);
    return;
  }
  if (HasBody(request)) {
    setup.Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    setup.Set(CURLOPT_POSTFIELDS, request.body.data());  // not copied
  } else {
    setup.Set(CURLOPT_HTTPGET, 1L);
  }
  const std::string method(HttpMethodName(request.method));
  setup.Set(CURLOPT_CUSTOMREQUEST, method.c_str());
}

}  // namespace internal
}  // namespace omni::inline v0_1

#include "runtime.h"

#include <charconv>
#include <cstdint>
#include <future>
#include <utility>

#include "omni/components/curl.h"
#include "omni/json.h"
#include "omni/support/url.h"

namespace lambda {
namespace {

// An event has 6 MiB at most; JSON's escapes are counted there.
constexpr std::size_t kMaxEventBytes = std::size_t{8} << 20;

std::string InvocationPath(const Invocation& invocation, std::string_view what) {
  return "invocation/" + omni::PercentEncode(invocation.id) + "/" + std::string(what);
}

std::string ErrorJson(const FunctionError& error) {
  std::string json;
  omni::JsonWriter writer(json);
  writer.BeginObject();
  writer.Key("errorMessage");
  writer.String(error.message);
  writer.Key("errorType");
  writer.String(error.type);
  writer.Key("stackTrace");
  writer.BeginArray();
  writer.EndArray();
  writer.EndObject();
  return json;
}

absl::Time ReadDeadline(const omni::HttpHeaders& headers) {
  const std::string_view text = headers.Find("Lambda-Runtime-Deadline-Ms").value_or("");
  std::int64_t milliseconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  return is_number ? absl::FromUnixMillis(milliseconds) : absl::InfiniteFuture();
}

}  // namespace

Runtime::Runtime(std::string base_url, std::shared_ptr<omni::HttpClient> client)
    : base_url_(std::move(base_url)), client_(std::move(client)) {}

absl::StatusOr<Runtime> Runtime::Open(std::string_view address) {
  omni::CurlHttpClientOptions options;
  options.max_response_bytes = kMaxEventBytes;
  options.max_attempts = 1;  // an answer that is given twice is refused the second time
  auto client = omni::MakeCurlHttpClient(options);
  if (!client.ok()) return client.status();
  return Runtime("http://" + std::string(address) + "/2018-06-01/runtime/", *std::move(client));
}

absl::StatusOr<Invocation> Runtime::Next() {
  while (true) {
    // The process may sleep for hours in here. The client bounds even an endless wait, to a day.
    auto answer = Call({.url = base_url_ + "invocation/next", .timeout = absl::InfiniteDuration()});
    if (absl::IsDeadlineExceeded(answer.status())) continue;
    if (!answer.ok()) return absl::UnavailableError(answer.status().message());
    const auto id = answer->headers.Find("Lambda-Runtime-Aws-Request-Id");
    if (answer->status != 200 || !id) {
      return absl::UnavailableError("the runtime API has no next invocation: status " +
                                    std::to_string(answer->status));
    }
    return Invocation{.id = std::string(*id),
                      .deadline = ReadDeadline(answer->headers),
                      .event = std::move(answer->body)};
  }
}

absl::Status Runtime::Respond(const Invocation& invocation, std::string answer) {
  return Post(InvocationPath(invocation, "response"), std::move(answer), "");
}

absl::Status Runtime::Fail(const Invocation& invocation, const FunctionError& error) {
  return Post(InvocationPath(invocation, "error"), ErrorJson(error), error.type);
}

absl::Status Runtime::FailInit(const FunctionError& error) {
  return Post("init/error", ErrorJson(error), error.type);
}

absl::Status Runtime::Post(std::string_view path, std::string body, std::string_view error_type) {
  omni::HttpRequest request = {.method = omni::HttpMethod::kPost,
                               .url = base_url_ + std::string(path),
                               .headers = {{"Content-Type", "application/json"}},
                               .body = std::move(body)};
  if (!error_type.empty()) {
    request.headers.Add("Lambda-Runtime-Function-Error-Type", error_type);
  }
  const auto answer = Call(std::move(request));
  if (!answer.ok()) return absl::UnavailableError(answer.status().message());
  if (answer->status == 202) return absl::OkStatus();
  const std::string message = "the runtime API answered " + std::to_string(answer->status);
  return answer->status / 100 == 4 ? absl::InvalidArgumentError(message)
                                   : absl::UnavailableError(message);
}

absl::StatusOr<omni::HttpResponse> Runtime::Call(omni::HttpRequest request) {
  std::promise<absl::StatusOr<omni::HttpResponse>> promise;
  client_->Send({.request = std::move(request)},
                [&promise](auto answer) { promise.set_value(std::move(answer)); });
  return promise.get_future().get();
}

}  // namespace lambda

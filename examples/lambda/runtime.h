/// \file
/// Lambda's runtime API, from the side of a custom runtime: the next invocation, its answer.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/ports/http_client.h"

namespace lambda {

struct Invocation {
  std::string id = {};
  absl::Time deadline = absl::InfiniteFuture();  ///< then Lambda ends the process
  std::string event = {};                        ///< JSON
};

/// What Lambda and its log are told of a failure. No more may be in it than may be logged.
struct FunctionError {
  std::string_view type = {};  ///< as Lambda's own: `Runtime.UnknownEvent`
  std::string message = {};
};

/// Calls block. Thread safety: thread-compatible.
class Runtime {
 public:
  /// `address` is `AWS_LAMBDA_RUNTIME_API`: host and port.
  [[nodiscard]] static absl::StatusOr<Runtime> Open(std::string_view address);

  /// Waits for it, as long as it takes.
  ///
  /// Errors: Unavailable when the API is of no use any more. The process should end then, and
  /// Lambda starts another one.
  [[nodiscard]] absl::StatusOr<Invocation> Next();

  /// Errors: InvalidArgument when Lambda did not take the answer (too large), which concerns this
  /// invocation only; Unavailable as above.
  [[nodiscard]] absl::Status Respond(const Invocation& invocation, std::string answer);
  [[nodiscard]] absl::Status Fail(const Invocation& invocation, const FunctionError& error);

  /// The function cannot serve; to be told before the first Next, and to end then.
  [[nodiscard]] absl::Status FailInit(const FunctionError& error);

 private:
  Runtime(std::string base_url, std::shared_ptr<omni::HttpClient> client);
  [[nodiscard]] absl::StatusOr<omni::HttpResponse> Call(omni::HttpRequest request);
  [[nodiscard]] absl::Status Post(std::string_view path, std::string body,
                                  std::string_view error_type);

  std::string base_url_;
  std::shared_ptr<omni::HttpClient> client_;
};

}  // namespace lambda

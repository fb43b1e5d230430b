#include "components/aws/aws_client.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/absl_bridge.h"
#include "base/status_macros.h"
#include "components/aws/sigv4.h"
#include "components/curl/retry.h"
#include "omni/error.h"
#include "omni/support/url.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

// AWS takes a signature for a quarter of an hour; a smaller difference is not the reason.
constexpr absl::Duration kTolerableSkew = absl::Minutes(4);

absl::Status OptionError(const char* problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, problem,
                   {.reason = "invalid_option", .blame = Blame::kHost});
}

absl::Status CheckOptions(const AwsOptions& options) {
  if (options.access_key_id.empty() != options.secret_access_key.empty()) {
    return OptionError("access_key_id and secret_access_key go together");
  }
  if (options.connect_timeout < absl::Milliseconds(1) ||
      options.request_timeout < absl::Milliseconds(1)) {
    return OptionError("timeouts must be positive");
  }
  if (options.max_attempts < 1) return OptionError("max_attempts must be positive");
  if (options.min_backoff <= absl::ZeroDuration() || options.max_backoff < options.min_backoff) {
    return OptionError("min_backoff must be positive, and max_backoff no less");
  }
  return absl::OkStatus();
}

absl::Status CheckEndpoint(const std::string& endpoint) {
  const std::optional<UrlView> url = SplitUrl(endpoint);
  if (!url || !url->query.empty() || !url->userinfo.empty() ||
      !(url->path.empty() || url->path == "/")) {
    return OptionError("endpoint must be an http or https URL without a path");
  }
  return absl::OkStatus();
}

absl::Status DeadlineError() {
  return MakeError(absl::StatusCode::kDeadlineExceeded, "AWS did not answer in time",
                   {.reason = "timeout", .blame = Blame::kDependency});
}

}  // namespace

CurlHttpClientOptions AwsLoopOptions(const AwsOptions& options) {
  CurlHttpClientOptions loop;
  // Requests are bounded by who makes them; long polls must not keep others from a connection.
  loop.max_in_flight = 4096;
  loop.max_connections_per_host = 1024;
  loop.max_response_bytes = std::size_t{16} << 20;
  loop.connect_timeout = options.connect_timeout;
  loop.max_attempts = 1;  // each has a signature of its own
  loop.ca_file = options.ca_file;
  return loop;
}

AwsOptions CopyOf(const AwsOptions& options) {
  return {.region = options.region,
          .endpoint = options.endpoint,
          .access_key_id = options.access_key_id,
          .secret_access_key = options.secret_access_key.Clone(),
          .session_token = options.session_token.Clone(),
          .profile = options.profile,
          .ca_file = options.ca_file,
          .connect_timeout = options.connect_timeout,
          .request_timeout = options.request_timeout,
          .max_attempts = options.max_attempts,
          .min_backoff = options.min_backoff,
          .max_backoff = options.max_backoff,
          .clock = options.clock ? options.clock : MakeSystemClock()};
}

struct AwsClient::Attempt {
  AwsCall call;
  AwsDone done;
  int number = 1;
  bool has_new_credentials = false;
};

AwsClient::AwsClient(AwsOptions options, AwsService service, std::shared_ptr<HttpLoop> loop)
    : options_(std::make_shared<const AwsOptions>(std::move(options))),
      service_(std::move(service)),
      loop_(std::move(loop)),
      random_(std::random_device()()) {}

absl::StatusOr<std::shared_ptr<AwsClient>> AwsClient::Make(const AwsOptions& options,
                                                           const AwsEnvironment& environment,
                                                           const AwsService& service,
                                                           std::shared_ptr<HttpLoop> loop) {
  OMNI_RETURN_IF_ERROR(CheckOptions(options));
  std::shared_ptr<AwsClient> client(new AwsClient(CopyOf(options), service, std::move(loop)));
  client->region_ = AwsRegion(options, environment);
  if (client->region_.empty()) {
    return OptionError("no region: set `region`, or AWS_REGION, or the profile's");
  }
  client->endpoint_ = options.endpoint;
  if (options.endpoint.empty()) {
    client->endpoint_ = "https://" + service.id + "." + client->region_ + ".amazonaws.com";
  }
  OMNI_RETURN_IF_ERROR(CheckEndpoint(client->endpoint_));
  if (client->endpoint_.back() != '/') client->endpoint_.push_back('/');
  client->credentials_ = std::make_shared<CredentialsCache>(
      CredentialsSources(client->options_, std::make_shared<const AwsEnvironment>(environment),
                         client->loop_),
      client->options_->clock);
  return client;
}

absl::Duration AwsClient::Backoff(int attempt) {
  CurlHttpClientOptions pauses;
  pauses.min_backoff = options_->min_backoff;
  pauses.max_backoff = options_->max_backoff;
  return internal::Backoff(pauses, attempt, std::uniform_real_distribution<>()(random_));
}

void AwsClient::Call(AwsCall call, AwsDone done) {
  auto attempt = std::make_shared<Attempt>();
  attempt->call = std::move(call);
  attempt->done = std::move(done);
  if (loop_->IsCurrentThread()) return Begin(std::move(attempt));
  loop_->Post([self = shared_from_this(), attempt = std::move(attempt)]() mutable {
    self->Begin(std::move(attempt));
  });
}

void AwsClient::Begin(std::shared_ptr<Attempt> attempt) {
  credentials_->Get([self = shared_from_this(), attempt = std::move(attempt)](
                        absl::StatusOr<AwsCredentialsPtr> credentials) mutable {
    if (!credentials.ok()) return self->Retry(std::move(attempt), credentials.status());
    self->Send(std::move(attempt), *credentials);
  });
}

void AwsClient::Send(std::shared_ptr<Attempt> attempt, const AwsCredentialsPtr& credentials) {
  const absl::Duration left = attempt->call.deadline - Now();
  if (left <= absl::ZeroDuration()) return std::move(attempt->done)(DeadlineError());
  HttpRequest request = {
      .method = HttpMethod::kPost,
      .url = endpoint_,
      .body = attempt->call.body,
      .timeout = std::min(options_->request_timeout + attempt->call.patience, left)};
  request.headers.Add("Content-Type", service_.content_type);
  request.headers.Add("X-Amz-Target", service_.target_prefix + "." + attempt->call.operation);
  SignAwsRequest(*credentials,
                 {.region = region_, .service = service_.id, .time = Now() + clock_offset_},
                 request);
  loop_->Send({std::move(request)}, [self = shared_from_this(), attempt = std::move(attempt),
                                     credentials](absl::StatusOr<HttpResponse> answer) mutable {
    self->OnAnswer(std::move(attempt), credentials, std::move(answer));
  });
}

void AwsClient::OnAnswer(std::shared_ptr<Attempt> attempt, const AwsCredentialsPtr& credentials,
                         absl::StatusOr<HttpResponse> answer) {
  if (!answer.ok()) {
    const absl::StatusCode code = answer.status().code();
    const bool may_pass =
        code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kDeadlineExceeded;
    if (may_pass) return Retry(std::move(attempt), std::move(answer).status());
    return std::move(attempt->done)(std::move(answer).status());
  }
  if (answer->status / 100 == 2) return std::move(attempt->done)(std::move(answer->body));

  const AwsError error = ParseAwsError(*answer);
  const bool is_refused_signature = error.kind == AwsErrorKind::kCredentials ||
                                    (error.kind == AwsErrorKind::kClock && !LearnClock(*answer));
  if (is_refused_signature) credentials_->Reject(credentials);
  const bool has_another_try = (is_refused_signature || error.kind == AwsErrorKind::kClock) &&
                               !std::exchange(attempt->has_new_credentials, true);
  if (error.is_transient() || has_another_try) {
    return Retry(std::move(attempt), error.ToStatus());
  }
  std::move(attempt->done)(error.ToStatus());
}

void AwsClient::Retry(std::shared_ptr<Attempt> attempt, absl::Status why) {
  const absl::Duration pause = Backoff(attempt->number);
  if (attempt->number >= options_->max_attempts || Now() + pause >= attempt->call.deadline) {
    return std::move(attempt->done)(std::move(why));
  }
  ++attempt->number;
  loop_->PostAfter(pause, [self = shared_from_this(), attempt = std::move(attempt)]() mutable {
    self->Begin(std::move(attempt));
  });
}

bool AwsClient::LearnClock(const HttpResponse& answer) {
  const std::optional<std::string_view> date = answer.headers.Find("Date");
  absl::Time theirs;
  if (!date || !absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", ToAbsl(*date), &theirs, nullptr)) {
    return false;
  }
  const absl::Duration offset = theirs - Now();
  if (absl::AbsDuration(offset - clock_offset_) < kTolerableSkew) return false;
  clock_offset_ = offset;
  return true;
}

}  // namespace internal
}  // namespace omni::inline v0_1

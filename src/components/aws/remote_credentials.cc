/// \file
/// Credentials that are fetched over HTTP from the machine we run on.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "base/absl_bridge.h"
#include "base/status_macros.h"
#include "components/aws/credentials_source.h"
#include "omni/json.h"
#include "omni/support/time_parse.h"
#include "omni/support/url.h"
#include "support/header_text.h"

namespace omni::inline v0_1 {
namespace internal {
namespace {

using Answer = absl::StatusOr<HttpResponse>;

constexpr absl::Duration kTimeout = absl::Seconds(2);
constexpr std::string_view kMachine = "http://169.254.169.254";
constexpr std::string_view kContainer = "http://169.254.170.2";

absl::Status Unreachable(const char* who) {
  return absl::UnavailableError(std::string(who) + " gives no credentials now");
}

/// The body of an answer that is one.
absl::StatusOr<std::string> BodyOf(Answer answer, const char* who) {
  if (!answer.ok() || answer->status != 200) return Unreachable(who);
  return std::move(answer->body);
}

absl::StatusOr<AwsCredentialsPtr> ParseCredentials(const absl::StatusOr<std::string>& body,
                                                   const char* who) {
  if (!body.ok()) return body.status();
  OMNI_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(*body));
  const JsonValue root = document.root();
  const std::optional<absl::Time> expires = ParseIsoTime(root["Expiration"].text());
  auto credentials = std::make_shared<const AwsCredentials>(
      AwsCredentials{.access_key_id = std::string(root["AccessKeyId"].text()),
                     .secret_access_key = Secret(root["SecretAccessKey"].text()),
                     .session_token = Secret(root["Token"].text()),
                     .expires = expires.value_or(absl::InfinitePast())});
  if (!expires || credentials->access_key_id.empty() || credentials->secret_access_key.empty()) {
    return Unreachable(who);
  }
  return credentials;
}

/// Such a URL gets a token that must not leave the machine.
bool IsTrustedAgent(std::string_view url) {
  static constexpr std::string_view kAgents[] = {"169.254.170.2", "169.254.170.23",
                                                 "[fd00:ec2::23]", "localhost", "[::1]"};
  const std::optional<UrlView> view = SplitUrl(url);
  if (!view || !view->userinfo.empty()) return false;
  return EqualsIgnoreCase(view->scheme, "https") || view->host.substr(0, 4) == "127." ||
         std::find(std::begin(kAgents), std::end(kAgents), view->host) != std::end(kAgents);
}

std::string ContainerUrl(const AwsEnvironment& environment) {
  const std::string path = environment.Get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  if (!path.empty()) return std::string(kContainer) + path;
  return environment.Get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
}

std::string ContainerToken(const AwsEnvironment& environment) {
  const std::string path = environment.Get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  if (path.empty()) return environment.Get("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  std::ifstream file(path);
  std::string token;
  std::getline(file, token);
  return std::string(Trim(token));
}

/// The three requests to the metadata service, one after the other.
class MachineFetch : public std::enable_shared_from_this<MachineFetch> {
 public:
  MachineFetch(std::string base, std::shared_ptr<HttpLoop> loop, CredentialsDone done)
      : base_(std::move(base)), loop_(std::move(loop)), done_(std::move(done)) {}

  void Start() {
    HttpRequest request = {.method = HttpMethod::kPut, .url = base_ + "/latest/api/token"};
    request.headers.Add("X-aws-ec2-metadata-token-ttl-seconds", "21600");
    Ask(std::move(request), [](MachineFetch& self, std::string token) {
      self.token_ = std::move(token);
      self.Get("", [](MachineFetch& again, const std::string& roles) {
        const std::string role = roles.substr(0, roles.find('\n'));
        if (role.empty()) return again.Finish(absl::NotFoundError("the machine has no role"));
        again.Get(PercentEncode(role), [](MachineFetch& last, const std::string& body) {
          last.Finish(ParseCredentials(body, kWho));
        });
      });
    });
  }

 private:
  static constexpr const char* kWho = "the metadata service";

  using Next = absl::AnyInvocable<void(MachineFetch&, std::string) &&>;

  void Get(const std::string& name, Next next) {
    HttpRequest request = {.url = base_ + "/latest/meta-data/iam/security-credentials/" + name};
    request.headers.Add("X-aws-ec2-metadata-token", token_);
    Ask(std::move(request), std::move(next));
  }
  void Ask(HttpRequest request, Next next) {
    request.timeout = kTimeout;
    request.sensitive_headers = {"X-aws-ec2-metadata-token"};
    loop_->Send({std::move(request)},
                [self = shared_from_this(), next = std::move(next)](Answer answer) mutable {
                  auto body = BodyOf(std::move(answer), kWho);
                  if (!body.ok()) return self->Finish(body.status());
                  std::move(next)(*self, *std::move(body));
                });
  }
  void Finish(absl::StatusOr<AwsCredentialsPtr> result) { std::move(done_)(std::move(result)); }

  const std::string base_;
  const std::shared_ptr<HttpLoop> loop_;
  CredentialsDone done_;
  std::string token_;
};

}  // namespace

CredentialsSource ContainerCredentials(std::shared_ptr<const AwsEnvironment> environment,
                                       std::shared_ptr<HttpLoop> loop) {
  return [environment = std::move(environment), loop = std::move(loop)](CredentialsDone done) {
    const std::string url = ContainerUrl(*environment);
    if (url.empty()) return std::move(done)(absl::NotFoundError("in no container"));
    if (!IsTrustedAgent(url)) {
      return std::move(done)(absl::FailedPreconditionError(
          "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor an agent's address"));
    }
    HttpRequest request = {.url = url, .timeout = kTimeout};
    request.sensitive_headers = {"Authorization"};
    const std::string token = ContainerToken(*environment);
    if (!token.empty()) request.headers.Add("Authorization", token);
    loop->Send({std::move(request)}, [done = std::move(done)](Answer answer) mutable {
      constexpr const char* kWho = "the container's agent";
      std::move(done)(ParseCredentials(BodyOf(std::move(answer), kWho), kWho));
    });
  };
}

CredentialsSource MachineCredentials(std::shared_ptr<const AwsEnvironment> environment,
                                     std::shared_ptr<HttpLoop> loop) {
  return [environment = std::move(environment), loop = std::move(loop)](CredentialsDone done) {
    if (EqualsIgnoreCase(environment->Get("AWS_EC2_METADATA_DISABLED"), "true")) {
      return std::move(done)(absl::NotFoundError("the metadata service is not to be asked"));
    }
    std::string base = environment->Get("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    if (base.empty()) base = kMachine;
    if (base.back() == '/') base.pop_back();
    std::make_shared<MachineFetch>(std::move(base), loop, std::move(done))->Start();
  };
}

}  // namespace internal
}  // namespace omni::inline v0_1

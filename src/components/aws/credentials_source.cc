#include "components/aws/credentials_source.h"

#include <utility>

namespace omni::inline v0_1 {
namespace internal {
namespace {

// A file's keys have no end that we know of; whoever replaces them need not restart us.
constexpr absl::Duration kRereadFiles = absl::Minutes(15);

absl::StatusOr<AwsCredentialsPtr> Make(std::string access_key_id, Secret secret, Secret token,
                                       absl::Time expires) {
  if (access_key_id.empty() || secret.empty()) return absl::NotFoundError("no credentials");
  return std::make_shared<const AwsCredentials>(
      AwsCredentials{.access_key_id = std::move(access_key_id),
                     .secret_access_key = std::move(secret),
                     .session_token = std::move(token),
                     .expires = expires});
}

}  // namespace

std::vector<CredentialsSource> CredentialsSources(
    const std::shared_ptr<const AwsOptions>& options,
    const std::shared_ptr<const AwsEnvironment>& environment,
    const std::shared_ptr<HttpLoop>& loop) {
  std::vector<CredentialsSource> sources;
  sources.emplace_back([options](CredentialsDone done) {
    std::move(done)(Make(options->access_key_id, options->secret_access_key.Clone(),
                         options->session_token.Clone(), absl::InfiniteFuture()));
  });
  sources.emplace_back([environment](CredentialsDone done) {
    std::move(done)(Make(environment->Get("AWS_ACCESS_KEY_ID"),
                         Secret(environment->Get("AWS_SECRET_ACCESS_KEY")),
                         Secret(environment->Get("AWS_SESSION_TOKEN")), absl::InfiniteFuture()));
  });
  sources.emplace_back([options, environment](CredentialsDone done) {
    AwsProfile profile = ReadAwsProfile(*options, *environment);
    std::move(done)(Make(std::move(profile.access_key_id), std::move(profile.secret_access_key),
                         std::move(profile.session_token), options->clock->Now() + kRereadFiles));
  });
  sources.push_back(ContainerCredentials(environment, loop));
  sources.push_back(MachineCredentials(environment, loop));
  return sources;
}

}  // namespace internal
}  // namespace omni::inline v0_1

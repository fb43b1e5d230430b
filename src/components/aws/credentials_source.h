/// \file
/// Where credentials come from, one place after another.
#pragma once

#include <memory>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "components/aws/credentials.h"
#include "components/aws/environment.h"
#include "components/curl/http_loop.h"
#include "omni/components/aws.h"
#include "omni/ports/completion.h"

namespace omni::inline v0_1 {
namespace internal {

using CredentialsDone = Completion<absl::StatusOr<AwsCredentialsPtr>>;

/// Asks one place. NotFound: it has none, so the next is to be asked. Called on the loop.
using CredentialsSource = absl::AnyInvocable<void(CredentialsDone) const>;

/// All that may have some, in the order in which they are to be asked.
[[nodiscard]] std::vector<CredentialsSource> CredentialsSources(
    const std::shared_ptr<const AwsOptions>& options,
    const std::shared_ptr<const AwsEnvironment>& environment,
    const std::shared_ptr<HttpLoop>& loop);

/// Those of the container's agent, and of the machine's metadata service.
[[nodiscard]] CredentialsSource ContainerCredentials(
    std::shared_ptr<const AwsEnvironment> environment, std::shared_ptr<HttpLoop> loop);
[[nodiscard]] CredentialsSource MachineCredentials(
    std::shared_ptr<const AwsEnvironment> environment, std::shared_ptr<HttpLoop> loop);

}  // namespace internal
}  // namespace omni::inline v0_1

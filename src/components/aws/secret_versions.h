/// \file
/// What Secrets Manager keeps of a secret.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "components/aws/aws_client.h"
#include "omni/key_ring.h"
#include "omni/ports/completion.h"
#include "omni/secret.h"

namespace omni::inline v0_1 {
namespace internal {

/// Its values, newest first: one or two.
using SecretVersions = std::vector<Secret>;
using SecretVersionsPtr = std::shared_ptr<const SecretVersions>;

/// Errors: NotFound, Unavailable.
void FetchSecretVersions(const std::shared_ptr<AwsClient>& client, const std::string& name,
                         absl::Time deadline, Completion<absl::StatusOr<SecretVersionsPtr>> done);

/// A ring of what stands under `key` in each version, or of the versions themselves when there is
/// no `key`. `before`, where it holds the same. Errors: NotFound.
[[nodiscard]] absl::StatusOr<KeyRing> RingOf(const SecretVersions& versions, std::string_view key,
                                             std::string_view name, const KeyRing& before);

}  // namespace internal
}  // namespace omni::inline v0_1

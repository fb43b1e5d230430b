/// \file
/// Secrets in AWS Secrets Manager.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "omni/components/aws.h"
#include "omni/export.h"
#include "omni/ports/secrets_provider.h"

namespace omni::inline v0_1 {

struct AwsSecretsOptions {
  AwsOptions aws = {};
  std::string scheme = "aws:";  ///< before the name in a reference; taken off when it is there

  absl::Duration keep = absl::Minutes(5);  ///< then it is fetched again, while the old one is used
  absl::Duration max_stale = absl::Hours(24);      ///< how long the old one is used when that fails
  absl::Duration keep_missing = absl::Minutes(1);  ///< that there is no such secret
  absl::Duration lookup_timeout = absl::Seconds(3);  ///< of a lookup that has to wait

  std::size_t max_secrets = 10'000;  ///< remembered
  std::size_t max_missing = 10'000;  ///< names remembered that have no secret, or none yet
};

/// Looks up `aws:NAME` or `aws:NAME#KEY`: the secret of that name, such as
/// `whatsapp-credentials/acme/support/twilio`, or of the JSON object that it holds the string under
/// that key. The ring has the current version (`AWSCURRENT`) and behind it the one before it
/// (`AWSPREVIOUS`), as long as Secrets Manager keeps that: a rotation has no gap.
///
/// A first lookup waits for the answer, all who ask at the same time for the same one. Later ones
/// do not wait. The keys are the same objects until the secret changes. Where more secrets are
/// asked for than are remembered, the one that was not asked for longest is forgotten; names
/// without a secret, which strangers may invent, push out only each other.
///
/// Errors of a lookup: NotFound (no such secret, or key), Unavailable (it cannot be reached now, or
/// not with our credentials). Errors: as OpenSqs.
[[nodiscard]] OMNI_EXPORT absl::StatusOr<std::shared_ptr<SecretsProvider>> MakeAwsSecrets(
    const AwsSecretsOptions& options);

}  // namespace omni::inline v0_1

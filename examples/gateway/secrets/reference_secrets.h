/// \file
/// Secrets as a configuration refers to them: docs/secrets.md.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "omni/ports/secrets_provider.h"
#include "omni/secret.h"

namespace host {

/// `env:NAME` is an environment variable, `file:PATH` a file with one secret a line, `aws:NAME` a
/// secret of AWS Secrets Manager where omni was built with it. Without a scheme, or behind
/// `literal:`, a reference is the secret itself.
[[nodiscard]] std::shared_ptr<omni::SecretsProvider> MakeReferenceSecrets();

/// The newest secret behind a reference. Errors: InvalidArgument, saying what is missing.
[[nodiscard]] absl::StatusOr<omni::Secret> ResolveReference(std::string_view reference);

/// What is behind a reference that does not resolve, in words that may be told: `the environment
/// variable WA_SECRET`. Empty for one that may be the secret itself.
[[nodiscard]] std::string DescribeReference(std::string_view reference);

}  // namespace host

/// \file
/// Secrets from the environment, from files, and as they stand.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "omni/ports/secrets_provider.h"

namespace host {

/// `env:NAME` is an environment variable, `file:PATH` the first line of a file; anything else is
/// the secret itself. A file is read at each lookup, so that a new key is found.
[[nodiscard]] std::shared_ptr<omni::SecretsProvider> MakeReferenceSecrets();

/// What is behind a reference that does not resolve, in words that may be told: `the environment
/// variable WA_SECRET`. Empty for one that may be the secret itself.
[[nodiscard]] std::string DescribeReference(std::string_view reference);

}  // namespace host

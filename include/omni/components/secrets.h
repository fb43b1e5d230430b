/// \file
/// Secrets providers for a host: the environment, files, one provider for each scheme, and a cache
/// in front of a provider that is slow or may be down.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "omni/export.h"
#include "omni/ports/clock.h"
#include "omni/ports/secrets_provider.h"

namespace omni::inline v0_1 {

/// The reference is the name of an environment variable, its value one secret. An empty variable is
/// NotFound.
[[nodiscard]] OMNI_EXPORT std::shared_ptr<SecretsProvider> MakeEnvironmentSecrets();

struct FileSecretsOptions {
  /// When set, references are relative to it, and no other is found. Else as the process sees them.
  std::string folder = {};
  std::size_t max_file_bytes = 64 * 1024;         ///< a larger file is refused
  absl::Duration check_every = absl::Seconds(1);  ///< how often one that looks the same is read
};

/// The reference is the path of a file that holds one secret a line, newest first. The ends of
/// lines (LF or CR LF) are no part of a secret; empty lines are none.
///
/// A file that was changed is noticed at the next lookup, or, where the file system does not tell,
/// at the first after `check_every`; as long as its lines are the same, so are the keys. There is
/// no thread. Replace a file by renaming another over it: a file that is being written is read as
/// far as it is there.
///
/// A path with a part `..` is NotFound, whoever chose it. Links are followed.
///
/// Errors: NotFound when there is no such file, or no secret in it; FailedPrecondition when it is
/// too large, or not a regular file; Unavailable when it cannot be read and was never read before.
[[nodiscard]] OMNI_EXPORT std::shared_ptr<SecretsProvider> MakeFileSecrets(
    FileSecretsOptions options);

struct SchemeSecretsOptions {
  /// `env` and its provider, which is given what stands behind `env:`.
  std::vector<std::pair<std::string, std::shared_ptr<SecretsProvider>>> schemes = {};
  /// Whether a reference without a scheme is the secret itself, and one behind `literal:`.
  bool allow_literals = true;
};

/// Picks the provider by the reference's scheme: lower-case letters, digits, `+`, `.` or `-`,
/// followed by a colon. A scheme that nobody serves is NotFound and no literal: a slip of the pen
/// must not become a secret that can be guessed. A literal that looks like one is written
/// `literal:abc:def`.
[[nodiscard]] OMNI_EXPORT std::shared_ptr<SecretsProvider> MakeSchemeSecrets(
    SchemeSecretsOptions options);

struct CachedSecretsOptions {
  absl::Duration ttl = absl::Minutes(5);           ///< how long a secret is believed
  absl::Duration missing_ttl = absl::Seconds(30);  ///< how long one is believed not to be there
  absl::Duration retry_after = absl::Seconds(2);   ///< pause after any other error
  /// How long, beyond `ttl`, a secret is used whose provider is down.
  absl::Duration stale_for = absl::Hours(24);
  std::size_t max_secrets = 20'000;  ///< remembered; beyond it those least recently asked for go
  std::size_t max_missing = 20'000;  ///< errors remembered, apart: strangers make them
};

/// Remembers what a provider says. One lookup of a reference is made at a time: meanwhile others
/// have the secret that was known, or wait. A secret that is looked up again and has not changed
/// keeps its keys. NotFound makes a secret go at once; another error leaves it for `stale_for`.
///
/// Without a clock, the system's.
[[nodiscard]] OMNI_EXPORT std::shared_ptr<SecretsProvider> MakeCachedSecrets(
    std::shared_ptr<SecretsProvider> inner, const CachedSecretsOptions& options,
    std::shared_ptr<Clock> clock = nullptr);

}  // namespace omni::inline v0_1

/// \file
/// The credentials in use.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "components/aws/credentials_source.h"
#include "omni/ports/clock.h"

namespace omni::inline v0_1 {
namespace internal {

/// Finds credentials once for all who ask, keeps them, and fetches the next ones before they end:
/// while those in hand are good nobody waits. After a failure the places are left alone for a
/// while.
///
/// Thread safety: confined to the loop.
class OMNI_EXPORT CredentialsCache : public std::enable_shared_from_this<CredentialsCache> {
 public:
  CredentialsCache(std::vector<CredentialsSource> sources, std::shared_ptr<Clock> clock)
      : sources_(std::move(sources)), clock_(std::move(clock)) {}

  /// Errors: Unavailable.
  void Get(CredentialsDone done);
  /// AWS does not take these any more.
  void Reject(const AwsCredentialsPtr& credentials);

 private:
  void Fetch();
  void Ask(std::size_t index);
  void OnAnswer(std::size_t index, absl::StatusOr<AwsCredentialsPtr> answer);
  void Finish(absl::StatusOr<AwsCredentialsPtr> result);

  const std::vector<CredentialsSource> sources_;
  const std::shared_ptr<Clock> clock_;
  AwsCredentialsPtr current_;
  std::optional<std::size_t> chosen_ = {};  ///< the source that had some
  bool is_fetching_ = false;
  int failures_ = 0;
  std::string problem_;  ///< why there are none, for people
  absl::Time retry_at_ = absl::InfinitePast();
  std::vector<CredentialsDone> waiting_;
};

}  // namespace internal
}  // namespace omni::inline v0_1

/// \file
/// Keys that requests are signed with.
#pragma once

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "omni/secret.h"

namespace omni::inline v0_1 {
namespace internal {

/// Thread safety: immutable once shared.
struct AwsCredentials {
  std::string access_key_id = {};
  Secret secret_access_key = {};
  Secret session_token = {};  ///< of temporary credentials
  absl::Time expires = absl::InfiniteFuture();
};

using AwsCredentialsPtr = std::shared_ptr<const AwsCredentials>;

}  // namespace internal
}  // namespace omni::inline v0_1

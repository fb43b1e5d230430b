/// \file
/// Who we are at Amazon Web Services, and where they are.
#pragma once

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "omni/export.h"
#include "omni/ports/clock.h"
#include "omni/secret.h"

namespace omni::inline v0_1 {

/// What every component that speaks to AWS is opened with. As it stands it asks the same places as
/// AWS's own tools, in their order:
///
/// 1. `access_key_id` and `secret_access_key`, when they are set here;
/// 2. the environment: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`;
/// 3. the profile in `~/.aws/credentials` and `~/.aws/config` (or where
///    `AWS_SHARED_CREDENTIALS_FILE` and `AWS_CONFIG_FILE` point to), read again every 15 minutes;
/// 4. the container's agent: `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `…_FULL_URI`, with its
///    token;
/// 5. the machine's metadata service, version 2, unless `AWS_EC2_METADATA_DISABLED` is `true`.
///
/// The first that has credentials is the one that is asked again, five minutes before they end.
///
/// Thread safety: thread-compatible.
struct AwsOptions {
  std::string region = {};    ///< empty: `AWS_REGION`, `AWS_DEFAULT_REGION`, or the profile's
  std::string endpoint = {};  ///< `https://…`, instead of the region's own
  std::string access_key_id = {};
  Secret secret_access_key = {};
  Secret session_token = {};
  std::string profile = {};  ///< empty: `AWS_PROFILE`, or `default`
  std::string ca_file = {};  ///< certificates to trust, PEM, instead of the system's

  absl::Duration connect_timeout = absl::Seconds(3);
  absl::Duration request_timeout = absl::Seconds(5);    ///< of one attempt
  int max_attempts = 20;                                ///< within the deadline of a call
  absl::Duration min_backoff = absl::Milliseconds(50);  ///< doubled after each attempt, jittered
  absl::Duration max_backoff = absl::Seconds(5);

  std::shared_ptr<Clock> clock = {};  ///< none: the system's
};

}  // namespace omni::inline v0_1

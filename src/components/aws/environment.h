/// \file
/// What the process was told about AWS: environment variables, and profiles in files.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "omni/components/aws.h"
#include "omni/export.h"
#include "omni/secret.h"

namespace omni::inline v0_1 {
namespace internal {

/// The variables that matter here, read once. Those that are empty are left out.
///
/// Thread safety: immutable.
class OMNI_EXPORT AwsEnvironment {
 public:
  explicit AwsEnvironment(std::map<std::string, std::string, std::less<>> variables)
      : variables_(std::move(variables)) {}
  [[nodiscard]] static AwsEnvironment OfProcess();

  /// Empty when it is not set.
  [[nodiscard]] std::string Get(std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> variables_;
};

struct AwsProfile {
  std::string access_key_id = {};
  Secret secret_access_key = {};
  Secret session_token = {};
  std::string region = {};
};

/// The profile as the two files have it now; what the credentials file says goes first. Nothing is
/// an error: what cannot be read is not there.
[[nodiscard]] OMNI_EXPORT AwsProfile ReadAwsProfile(const AwsOptions& options,
                                                    const AwsEnvironment& environment);

/// The region to speak to; empty when nobody says which.
[[nodiscard]] std::string AwsRegion(const AwsOptions& options, const AwsEnvironment& environment);

}  // namespace internal
}  // namespace omni::inline v0_1

/// \file
/// AWS Signature Version 4, as far as JSON services need it: a POST without a query.
#pragma once

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "components/aws/credentials.h"
#include "omni/export.h"
#include "omni/http.h"

namespace omni::inline v0_1 {
namespace internal {

struct SigningScope {
  std::string_view region = {};
  std::string_view service = {};
  absl::Time time = absl::InfinitePast();
};

/// Sets `X-Amz-Date`, `X-Amz-Security-Token` where the credentials have one, and `Authorization`,
/// which covers the method, the path, the body, `Host` and all headers that are there.
///
/// The path of the URL is signed as it stands, and there must be no query.
OMNI_EXPORT void SignAwsRequest(const AwsCredentials& credentials, const SigningScope& scope,
                                HttpRequest& request);

}  // namespace internal
}  // namespace omni::inline v0_1

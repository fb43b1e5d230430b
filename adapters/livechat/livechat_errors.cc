#include "livechat_errors.h"

#include <string>

#include "omni/error.h"

namespace omni::inline v0_1 {
namespace livechat {

absl::Status InvalidIdentifierError() {
  return MakeError(absl::StatusCode::kInvalidArgument,
                   "the identifier is not base64 of orgId:userId:livechatId",
                   {.reason = "invalid_identifier",
                    .code = "INVALID_IDENTIFIER",
                    .field = "identifier",
                    .blame = Blame::kSender,
                    .http_status = 400});
}

absl::Status UnauthorizedError(std::string_view reason) {
  return MakeError(absl::StatusCode::kUnauthenticated, "the credential is missing or wrong",
                   {.reason = std::string(reason), .code = "UNAUTHORIZED"});
}

}  // namespace livechat
}  // namespace omni::inline v0_1

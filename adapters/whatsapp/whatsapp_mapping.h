/// \file
/// The mapping endpoint: which WABAs' webhooks belong to another environment.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "omni/adapter.h"
#include "omni/adapters/whatsapp.h"

namespace omni::inline v0_1 {
namespace whatsapp {

inline constexpr std::string_view kMappingMount = "mapping";

/// Proves a request by the bearer token of an administrator.
///
/// Errors: Unauthenticated (`credential_missing`, `credential_mismatch`).
[[nodiscard]] absl::StatusOr<VerifyResult> VerifyAdministrator(
    const ChannelAdapter::VerifyParams& params);

/// What the administrator wants: POST changes a mapping, GET lists, DELETE removes one.
///
/// Errors: InvalidArgument for a body that is not as it should be, and for a target that is not
/// allowed.
[[nodiscard]] absl::StatusOr<InboundResult> ReadMappingRequest(
    const ChannelAdapter::NormalizeParams& params, const Options& options);

/// `{"success":true,"mapping":{…}}`, or `"mappings":[…]` for a list.
[[nodiscard]] HttpResponse AnswerMappingRequest(const InquiryResult& result);

/// Copies what proves a webhook into the request that passes it on.
void CarrySignature(const HttpHeaders& from, HttpRequest& to);

}  // namespace whatsapp
}  // namespace omni::inline v0_1

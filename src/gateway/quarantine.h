/// \file
/// Making a capsule of a request that was proved and not understood.
#pragma once

#include "absl/status/status.h"
#include "gateway/authenticate.h"
#include "gateway/plan.h"
#include "omni/capsule.h"
#include "omni/http.h"

namespace omni::inline v0_1 {
namespace internal {

struct CapsuleParams {
  const WebhookRequest& request;
  const Verdict& verdict;
  const Channel& channel;
  const absl::Status& status;  ///< why the request is kept
  int http_status = 0;         ///< what the carrier is told
};
/// The capsule, without an id. Headers and query parameters that may hold a credential are blanked,
/// by their names; the adapter blanks the body.
[[nodiscard]] Capsule MakeCapsule(const CapsuleParams& params);

/// The verdict that a capsule carries, an error where it carries none. `group` is left null, and
/// the URL is the request's.
[[nodiscard]] Verdict VerdictOf(const Capsule& capsule);

}  // namespace internal
}  // namespace omni::inline v0_1

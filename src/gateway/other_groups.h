/// \file
/// Whose an event is that the channels which proved its request do not name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/authenticate.h"
#include "gateway/plan.h"

namespace omni::inline v0_1 {
namespace internal {

/// The groups of an endpoint beside the one that proved a request. Channels are grouped by how
/// their secrets are written, and two ways of writing may hold the same key: while one is rotated,
/// or where only one has a secret for something else. So they are asked as well, each once.
///
/// Thread safety: confined.
class OtherGroups {
 public:
  struct FindParams {
    const AuthenticateParams& request;
    const VerificationGroup& own;  ///< which proved it
    std::string_view account = {};
    const Channel* found = nullptr;  ///< there; null, or one that serves every account
  };
  /// The channel that serves the account in a group which proves the request, too, if that is
  /// better than what was found; else what was found.
  [[nodiscard]] const Channel* Find(const FindParams& params);

 private:
  struct Answer {
    const VerificationGroup* group = nullptr;
    bool proves = false;
    std::string bound_account = {};  ///< as in Verdict
  };
  bool Proves(const VerificationGroup& group, const FindParams& params);

  std::vector<Answer> answers_;
};

}  // namespace internal
}  // namespace omni::inline v0_1

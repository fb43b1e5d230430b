/// \file
/// The spellings of URLs and queries that the carrier may have signed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"

namespace omni::inline v0_1 {
namespace messagebird {

/// What may have been signed when a URL was requested, without repetitions: the URL without
/// user-info and fragment, and the same without a port that is the scheme's own. Nothing else is
/// changed.
///
/// Thread safety: immutable. Lifetime: the URL outlives it.
class SignedUrls {
 public:
  explicit SignedUrls(std::string_view external_url);
  SignedUrls(const SignedUrls&) = delete;
  SignedUrls& operator=(const SignedUrls&) = delete;

  /// None when it is not an http(s) URL. Lifetime: this object's.
  [[nodiscard]] const absl::InlinedVector<std::string_view, 2>& urls() const { return urls_; }

 private:
  std::string joined_;        ///< only where something had to be left out
  std::string without_port_;  ///< as above
  absl::InlinedVector<std::string_view, 2> urls_;
};

/// What the older scheme may have signed for `query`, without repetitions: the query as it is, and
/// its parameters sorted by name and escaped anew, as Go does and as Node does.
[[nodiscard]] std::vector<std::string> SignedQueries(std::string_view query);

}  // namespace messagebird
}  // namespace omni::inline v0_1
